"""A file as drafts of what would be stored, in order, with what is wrong or left out."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.contract.exchange.bundle.domain import TAKEN, Entry, Reading
from services.contract.exchange.care import domain as care
from services.contract.exchange.links.domain import Key, Links, Target
from services.contract.exchange.plan import domain as plan
from services.contract.exchange.problem.domain import Problem
from services.contract.exchange.unit import domain as unit
from services.contract.exchange.who import domain as who
from shared.i18n import _l

BUILD: Mapping[str, Callable[[Entry, Links], Any]] = {
    "Organization": lambda entry, _links: unit.unit(entry),
    "Practitioner": lambda entry, _links: who.person(entry, "staff"),
    "Patient": lambda entry, _links: who.person(entry, "patient"),
    "RelatedPerson": who.relative,
    "PractitionerRole": who.role,
    "CareTeam": care.team,
    "CarePlan": plan.plan,
    "Goal": care.goal,
    "Condition": care.condition,
}


NAMED = (("name", _l("It is left out, because it has no name.")),)
OF_PATIENT = (("patient", _l("It is left out, because its patient is not known.")),)
NEEDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Organization": NAMED,
    "Practitioner": NAMED,
    "Patient": NAMED,
    "PractitionerRole": (
        ("person", _l("It is left out, because its person is not known.")),
        ("unit", _l("It is left out, because its unit is not known.")),
    ),
    **dict.fromkeys(("RelatedPerson", "CarePlan", "Goal", "Condition"), OF_PATIENT),
}
"""What a draft can't be stored without, and what is said when it is missing."""


@dataclass(frozen=True)
class Item:
    """One resource as it would be stored: which one it is, where it stands, what it says."""

    type: str
    key: Key
    names: tuple[str, ...]
    place: str
    body: Any


@dataclass(frozen=True)
class Draft:
    """Everything that one file would bring, in the order in which it must be stored, and what is wrong with it."""

    items: tuple[Item, ...]
    left_out: Counter[str]
    problems: tuple[Problem, ...]


def draft(reading: Reading, known: Mapping[str, Target]) -> Draft:
    """What the file would bring, given what earlier imports brought (by name)."""
    links = Links(reading, known)
    items: list[Item] = []
    left_out: Counter[str] = Counter()
    problems = list(links.dangling())
    for resource_type in TAKEN:
        for entry in reading.of(resource_type):
            body = BUILD[resource_type](entry, links)
            problems += [*plan.faults(entry, links), *who.unusable(entry)]
            missing = _missing(entry, body)
            if missing:
                problems.append(missing)
                left_out[resource_type] += 1
            else:
                items.append(Item(resource_type, Key(entry.key), entry.names, entry.place, body))
    return Draft(tuple(items), left_out, tuple(problems))


def resolved(value: Any, ids: Mapping[Key, UUID]) -> Any:
    """The same draft with our own ids in the place of keys; a key that nothing is stored for becomes None."""
    if isinstance(value, Key):
        return Key(ids[value]) if value in ids else None
    if isinstance(value, tuple):
        return tuple(resolved(part, ids) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: resolved(getattr(value, field.name), ids) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


def content(body: Any) -> str:
    """Equal for two drafts that say the same, whatever else their files hold."""
    said = json.dumps(dataclasses.asdict(body), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _missing(entry: Entry, body: Any) -> Problem | None:
    """Why this resource can't stand on its own feet here: it is left out, and told."""
    lacks = (text for name, text in NEEDS.get(entry.type, ()) if not getattr(body, name))
    text = next(lacks, None)
    return Problem(f"{entry.place}.resource", text) if text else None
