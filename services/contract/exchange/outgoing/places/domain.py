"""Units as organisations, and somebody's work at one of them as a practitioner's role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from services.contract.exchange.bundle.domain import HSA_SYSTEM
from services.contract.exchange.outgoing.shape.domain import (
    Json,
    concept,
    extensions,
    own_identifier,
    period,
    present,
    reference,
    resource,
    telecoms,
)
from services.contract.exchange.unit.domain import (
    DUTY_HOURS,
    DUTY_LINE,
    FLOOR_NUMBER,
    NEUTRAL,
    OPENING_HOURS,
    UnitDraft,
)
from services.contract.exchange.value.domain import TIMEZONE, WEEKDAYS
from services.contract.exchange.who.domain import STAFF_ROLE
from shared.events import Absence, OpenHours

DAYS = {number: name for name, number in WEEKDAYS.items()}
UNNAMED = "Din vård"
"""What those who do not work there read where a unit's name would tell too much."""
AWAY = "Frånvarande"
ROLE_NAMES = {
    "nurse": "Sjuksköterska",
    "physician": "Läkare",
    "head": "Verksamhetschef",
    "admin": "Administratör",
    "ward": "Avdelningssjuksköterska",
    "coordinator": "Samordnare",
}


def organization(
    id_: UUID, draft: UnitDraft, key: str | None = None, changed: datetime | None = None, *, inside: bool = True
) -> Json:
    """A care unit. ``key`` is its HSA-id, where it has one; ``inside`` whether the reader works there."""
    known = [{"system": HSA_SYSTEM, "value": key}] if key and inside and key.upper().startswith("SE") else []
    told = [
        (TIMEZONE, "valueCode", draft.zone),
        (FLOOR_NUMBER, "valueString", draft.floor_number),
        (DUTY_LINE, "valueString", draft.duty_line),
        (NEUTRAL, "valueBoolean", draft.neutral),
    ]
    hours = [*_hours(OPENING_HOURS, draft.hours), *_hours(DUTY_HOURS, draft.duty_hours)]
    return resource(
        "Organization",
        str(id_),
        changed=changed,
        extension=[*extensions(told), *hours],
        identifier=[*known, own_identifier(id_)],
        active=True,
        name=draft.name if inside or not draft.neutral else UNNAMED,
        telecom=telecoms(draft.phone, None),
    )


def role_id(person_id: UUID, unit_id: UUID) -> str:
    """One for each person and unit; sixty-four signs, the most that FHIR allows."""
    return person_id.hex + unit_id.hex


def practitioner_role(
    person: tuple[UUID, str],
    unit: tuple[UUID, str],
    roles: Iterable[str],
    absences: Iterable[tuple[Absence, str]],
    changed: datetime | None = None,
) -> Json:
    """What somebody is at one unit, and when they are away: each absence with the note that patients read."""
    (person_id, name), (unit_id, unit_name) = person, unit
    return resource(
        "PractitionerRole",
        role_id(person_id, unit_id),
        changed=changed,
        identifier=[own_identifier(role_id(person_id, unit_id))],
        active=True,
        practitioner=reference("Practitioner", person_id, name),
        organization=reference("Organization", unit_id, unit_name),
        code=[concept(STAFF_ROLE, role, ROLE_NAMES.get(role, "")) for role in sorted(roles)],
        notAvailable=[
            {"description": note or AWAY, "during": period(absence.starts, absence.ends)} for absence, note in absences
        ],
    )


def _hours(url: str, hours: Iterable[OpenHours]) -> list[Json]:
    """The same clock times stand together, with all their days."""
    days: dict[tuple[time, time], list[int]] = defaultdict(list)
    for one in hours:
        days[one.opens, one.closes].append(one.weekday)
    return [
        {"url": url, "extension": [*_days(found), _clock("opens", opens), _clock("closes", closes)]}
        for (opens, closes), found in days.items()
    ]


def _days(found: Iterable[int]) -> list[Json]:
    return [{"url": "day", "valueCode": DAYS[day]} for day in found]


def _clock(url: str, at: time) -> dict[str, Any]:
    return present({"url": url, "valueTime": at.isoformat("seconds")})
