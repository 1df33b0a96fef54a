"""One version of the contract as a care plan: never a FHIR Contract, which is what a court can enforce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.contract.agreement.content.domain import Content, Part
from services.contract.exchange.outgoing.promise.goals.domain import goal_id, goals_in
from services.contract.exchange.outgoing.shape.domain import (
    Json,
    concept,
    extensions,
    own_identifier,
    period,
    present,
    reference,
    resource,
)
from services.contract.exchange.unit.domain import OURS
from services.contract.plan.domain import Party, State

CATEGORY = concept(f"{OURS}/care-plan-category", "patientkontrakt", "Patientkontrakt")
ACTIVITY = f"{OURS}/care-plan-activity"
PARTY, ENGAGEMENT, PART = f"{OURS}/party", f"{OURS}/engagement", f"{OURS}/contract-part"
HOW_OFTEN = f"{OURS}/how-often"
KINDS = {"commitment": "Det här gör vi", "activity": "Aktivitet i planen", "next-step": "Nästa steg"}
FAMILY, NEXT_STEP = "Närstående", "Nästa kontakt"

STATUS = {"draft": "draft", "active": "active", "superseded": "completed", "ended": "completed", "dropped": "revoked"}
"""What R4 calls a version: in work, in force, replaced, at the end of its contract, in work when the contract ended."""
NOW = ("draft", "active")

PROGRESS = {
    State.PROPOSED: "not-started",
    State.AGREED: "not-started",
    State.PLANNED: "scheduled",
    State.IN_PROGRESS: "in-progress",
    State.DONE: "completed",
    State.DECLINED: "cancelled",
    State.STOPPED: "stopped",
}


@dataclass(frozen=True)
class Progress:
    """How far an activity has come by now, and the day it is planned for."""

    state: State
    on: date | None


@dataclass(frozen=True)
class Plan:
    """One version. ``state`` is a key of ``STATUS``; ``content`` what the reader is shown of it (K21);
    ``progress`` is known of activities that are still in the plan; ``appointment`` is the contact still to come."""

    id: UUID
    contract_id: UUID
    number: int
    state: str
    content: Content
    patient_id: UUID
    unit_id: UUID
    made: datetime
    active: datetime | None
    ended: datetime | None = None
    replaces: UUID | None = None
    appointment: UUID | None = None
    progress: Mapping[str, Progress] = field(default_factory=dict)
    protected: bool = False
    changed: datetime | None = None


def standing(state: str, *, ended: bool) -> str:
    """A version's state, once its contract may have ended."""
    return {"active": "ended", "draft": "dropped"}.get(state, state) if ended else state


def care_plan(plan: Plan) -> Json:
    content = plan.content
    return resource(
        "CarePlan",
        str(plan.id),
        changed=plan.changed,
        protected=plan.protected,
        extension=extensions([(ENGAGEMENT, "valueCode", content.text(Part.ENGAGEMENT))]),
        identifier=[own_identifier(plan.id)],
        replaces=[reference("CarePlan", plan.replaces)] if plan.replaces else [],
        status=STATUS[plan.state],
        intent="plan",
        category=[CATEGORY],
        title=f"Patientkontrakt, version {plan.number}",
        subject=reference("Patient", plan.patient_id),
        period=period(plan.active, plan.ended),
        created=plan.made.date().isoformat(),
        contributor=[reference("Patient", plan.patient_id), reference("Organization", plan.unit_id)],
        careTeam=[reference("CareTeam", plan.contract_id)],
        goal=[reference("Goal", goal_id(plan.contract_id, one), one["text"]) for one in goals_in(content)],
        activity=list(_activities(plan)),
        note=_notes(content),
    )


def _activities(plan: Plan) -> Iterator[Json]:
    """What each has promised, what everybody does, and the next step: patient, family and care on equal terms."""
    for item in plan.content.items(Part.COMMITMENTS):
        performer = _performer(plan, Party.REGION_UNIT if item["by"] == "care" else item["by"], "")
        often = extensions([(HOW_OFTEN, "valueString", item.get("often"))])
        until = present({"end": item.get("until")})
        yield _detail("commitment", _kept(plan), item["text"], [performer], extension=often, scheduledPeriod=until)
    for one in plan.content.plan:
        yield _planned(plan, one)
    step = plan.content.next_step
    if plan.appointment and plan.state in NOW:
        yield {"reference": reference("Appointment", plan.appointment)}
    elif step is not None:
        words = step.get("event") or NEXT_STEP
        yield _detail("next-step", "unknown", words, [], scheduledPeriod=_window(step))


def _planned(plan: Plan, one: Mapping[str, Any]) -> Json:
    known = plan.progress.get(one["id"]) if plan.state in NOW else None
    performer = _performer(plan, one["party"], one["responsible"])
    told = PROGRESS[known.state] if known else "unknown"
    return _detail(
        "activity", told, one["title"], [performer], scheduledPeriod=period(known.on, known.on) if known else {}
    )


def _detail(kind: str, status: str, words: str, performers: Iterable[Json], **more: Any) -> Json:
    coded = {**concept(ACTIVITY, kind, KINDS[kind]), "text": words}
    return {"detail": present({"code": coded, "status": status, "performer": list(performers), **more})}


def _kept(plan: Plan) -> str:
    """A promise is under way as long as its version is in force, and nobody counts those of earlier versions."""
    return {"draft": "not-started", "active": "in-progress"}.get(plan.state, "unknown")


def _performer(plan: Plan, party: str, name: str) -> Json:
    """Who does it. Outside parties have no record here: their name stands as it was written, with what they are."""
    told = extensions([(PARTY, "valueCode", party)])
    if party == Party.PATIENT:
        return {**reference("Patient", plan.patient_id, name), "extension": told}
    if party == Party.REGION_UNIT and not name:
        return {**reference("Organization", plan.unit_id), "extension": told}
    return {"display": name or FAMILY, "extension": told}


def _window(step: Mapping[str, Any]) -> Json:
    return present({"start": step.get("earliest"), "end": step.get("latest")})


def _notes(content: Content) -> list[Json]:
    words = content.text(Part.WATCH_FOR)
    return [{"extension": extensions([(PART, "valueCode", Part.WATCH_FOR.value)]), "text": words}] if words else []
