"""A dialysis unit, its people and their absences, as facts to ask who answers from."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from shared.cover import CoverFacts
from shared.events import Absence, Appointment, OpenHours, UnitChanged
from tests.shared.material import utc

ANITA, LISA, OMAR, HEAD = (UUID(int=n) for n in range(1, 5))
DAWN = utc("2027-01-01")
TUESDAY = utc("2027-01-12 09:00+01:00")
NIGHT = utc("2027-01-12 23:00+01:00")
WEEKDAYS = tuple(OpenHours(weekday=day, opens=time(8), closes=time(17)) for day in range(5))
EVENINGS = tuple(OpenHours(weekday=day, opens=time(17), closes=time(21)) for day in range(7))
ALWAYS = tuple(OpenHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7))


def unit(**facts: Any) -> UnitChanged:
    usual: dict[str, Any] = {
        "unit_id": UUID(int=9),
        "name": "Dialysen",
        "zone": "Europe/Stockholm",
        "phone": "036-10 00 00",
        "floor_number": "036-10 00 01",
        "duty_line": "036-10 00 02",
        "head_id": HEAD,
        "hours": WEEKDAYS,
        "duty_hours": EVENINGS,
    }
    return UnitChanged(**usual | facts)


def contact(person: UUID = ANITA, deputy: UUID | None = LISA, **facts: Any) -> Appointment:
    usual: dict[str, Any] = {"primary": True, "starts": DAWN, "ends": None}
    return Appointment(person_id=person, unit_id=UUID(int=9), deputy_id=deputy, **usual | facts)


def away(deputy: UUID | None = None, starts: datetime = DAWN, ends: datetime | None = None) -> tuple[Absence, ...]:
    return (Absence(absence_id=UUID(int=7), starts=starts, ends=ends, deputy_id=deputy),)


def facts(*appointments: Appointment, at: UnitChanged | None = None, **absences: Any) -> CoverFacts:
    people = {"anita": ANITA, "lisa": LISA, "omar": OMAR, "head": HEAD}
    return CoverFacts(
        contract_id=UUID(int=5),
        patient_id=UUID(int=6),
        unit=at or unit(),
        appointments=appointments or (contact(),),
        absences={people[name]: spans for name, spans in absences.items()},
    )
