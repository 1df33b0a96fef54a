"""Rows in the words of an import: what would be stored, if they came from a file."""

from __future__ import annotations

from services.contract.exchange.unit.domain import UnitDraft
from services.contract.exchange.who.domain import PersonDraft
from services.contract.people.tables import Person
from services.contract.units.domain import stored_hours
from services.contract.units.tables import CareUnit


def draft_of(row: Person) -> PersonDraft:
    return PersonDraft(
        kind=row.kind,
        name=row.name,
        identity=row.identity,
        language=row.language,
        zone=row.zone,
        email=row.email,
        phone=row.phone,
        birth_date=row.birth_date,
        dead=row.deceased is not None,
        deceased=row.deceased,
        protected=row.protected,
    )


def unit_of(row: CareUnit) -> UnitDraft:
    return UnitDraft(
        name=row.name,
        zone=row.zone,
        phone=row.phone,
        floor_number=row.floor_number,
        duty_line=row.duty_line,
        hours=stored_hours(row.hours),
        duty_hours=stored_hours(row.duty_hours),
        neutral=row.neutral,
    )
