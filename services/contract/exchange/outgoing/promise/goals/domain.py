"""Goals of a contract. One goal is one resource through all versions; a care plan keeps the words it was agreed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.contract.agreement.content.domain import Content, Part
from services.contract.exchange.outgoing.shape.domain import Json, concept, own_identifier, reference, resource
from services.contract.exchange.unit.domain import OURS

GOAL = f"{OURS}/goal-category"
MATTERS = "matters"
NAMES = {Part.WHAT_MATTERS: "Vad är viktigt för mig", Part.GOALS: "Mål"}
STATUS = {"active": "active", "draft": "proposed"}
"""By the version a goal stands in; what stands in earlier ones alone is not pursued any more."""


@dataclass(frozen=True)
class Stood:
    """One version as goals need it; ``state`` is one that a care plan's status is told by."""

    state: str
    content: Content
    active: datetime | None


@dataclass(frozen=True)
class Goals:
    """Everything a contract's goals are read from, its versions newest first."""

    contract_id: UUID
    patient_id: UUID
    versions: tuple[Stood, ...]
    protected: bool = False
    changed: datetime | None = None


def goals_in(content: Content) -> Iterator[Mapping[str, Any]]:
    """The goals of one version: what matters first, in the patient's own words."""
    if words := content.text(Part.WHAT_MATTERS):
        yield {"id": MATTERS, "text": words, "part": Part.WHAT_MATTERS}
    yield from ({**item, "part": Part.GOALS} for item in content.items(Part.GOALS))


def goal_id(contract_id: UUID, item: Mapping[str, Any]) -> str:
    """No dash in it, so that contract and item fit in the sixty-four signs that FHIR allows."""
    return contract_id.hex + (MATTERS if item["id"] == MATTERS else UUID(item["id"]).hex)


def contract_of(goal: str) -> UUID | None:
    """The contract that a goal's id names; None for what is no such id."""
    try:
        return UUID(goal[:32]) if len(goal) > 32 else None
    except ValueError:
        return None


def goals(told: Goals) -> list[Json]:
    """Each goal once: as the version in force words it, else the draft, else the newest that had it."""
    found: dict[str, Json] = {}
    for version in _weightiest_first(told.versions):
        for item in goals_in(version.content):
            found.setdefault(goal_id(told.contract_id, item), _goal(told, version, item))
    return list(found.values())


def _weightiest_first(versions: Iterable[Stood]) -> list[Stood]:
    return sorted(
        versions, key=lambda version: ("active", "draft").index(version.state) if version.state in STATUS else 2
    )


def _goal(told: Goals, version: Stood, item: Mapping[str, Any]) -> Json:
    part = item["part"]
    id_ = goal_id(told.contract_id, item)
    return resource(
        "Goal",
        id_,
        changed=told.changed,
        protected=told.protected,
        identifier=[own_identifier(id_)],
        lifecycleStatus=STATUS.get(version.state, "cancelled"),
        category=[concept(GOAL, part.value.replace("_", "-"), NAMES[part])],
        description={"text": item["text"]},
        subject=reference("Patient", told.patient_id),
        target=[{"dueDate": item["by_day"]}] if item.get("by_day") else [],
        startDate=version.active.date().isoformat() if version.active else None,
        expressedBy=reference("Patient", told.patient_id),
    )
