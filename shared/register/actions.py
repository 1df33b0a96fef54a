"""Applies what contract tells to this service's own copies. Each event carries whole state, so applying twice is harmless."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events import (
    AbsencesChanged,
    BlockChanged,
    BreakGlassChanged,
    CoverChanged,
    DelegateChanged,
    Event,
    PersonChanged,
    SessionEnded,
    StaffRolesChanged,
    UnitChanged,
)
from shared.register import tables


def _put(session: Session, table: sa.Table, *rows: dict[str, Any]) -> None:
    key = [column.name for column in table.primary_key]
    statement = insert(table).values(list(rows))
    rest = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.execute(
        statement.on_conflict_do_update(index_elements=key, set_=rest) if rest else statement.on_conflict_do_nothing()
    )


def _replace(session: Session, table: sa.Table, where: sa.ColumnElement[bool], rows: list[dict[str, Any]]) -> None:
    session.execute(sa.delete(table).where(where))
    if rows:
        session.execute(table.insert(), rows)


def person_changed(session: Session, event: PersonChanged) -> None:
    _put(session, tables.person, dataclasses.asdict(event))


def unit_changed(session: Session, event: UnitChanged) -> None:
    _put(session, tables.unit, {"unit_id": event.unit_id, "facts": event.data_for("selfcare")})


def roles_changed(session: Session, event: StaffRolesChanged) -> None:
    rows = {(role.unit_id, role.role) for role in event.roles}
    mine = tables.role.c.person_id == event.person_id
    values = [{"person_id": event.person_id, "unit_id": unit, "role": role} for unit, role in sorted(rows, key=str)]
    _replace(session, tables.role, mine, values)


def delegate_changed(session: Session, event: DelegateChanged) -> None:
    _put(session, tables.delegate, {**dataclasses.asdict(event), "scopes": list(event.scopes)})


def block_changed(session: Session, event: BlockChanged) -> None:
    _put(session, tables.block, dataclasses.asdict(event))


def break_glass_changed(session: Session, event: BreakGlassChanged) -> None:
    _put(session, tables.break_glass, dataclasses.asdict(event))


def cover_changed(session: Session, event: CoverChanged) -> None:
    facts = event.data_for("selfcare")
    ids = {"contract_id": event.contract_id, "patient_id": event.patient_id, "unit_id": event.unit_id}
    _put(session, tables.cover, {**ids, "appointments": facts["appointments"]})
    people = {a.person_id for a in event.appointments} | {a.deputy_id for a in event.appointments if a.deputy_id}
    rows = [{"person_id": person, "contract_id": event.contract_id} for person in sorted(people, key=str)]
    _replace(session, tables.cover_person, tables.cover_person.c.contract_id == event.contract_id, rows)


def absences_changed(session: Session, event: AbsencesChanged) -> None:
    rows = [{"person_id": event.person_id, **dataclasses.asdict(absence)} for absence in event.absences]
    _replace(session, tables.absence, tables.absence.c.person_id == event.person_id, rows)


def session_ended(session: Session, event: SessionEnded) -> None:
    _put(session, tables.session_end, {"session_id": event.session_id})


APPLY: dict[type[Event], Callable[[Session, Any], None]] = {
    PersonChanged: person_changed,
    UnitChanged: unit_changed,
    StaffRolesChanged: roles_changed,
    DelegateChanged: delegate_changed,
    BlockChanged: block_changed,
    BreakGlassChanged: break_glass_changed,
    CoverChanged: cover_changed,
    AbsencesChanged: absences_changed,
    SessionEnded: session_ended,
}
"""Every fact the register keeps."""


def apply_all(session: Session, events: Sequence[Event]) -> None:
    """Apply facts about as many people, each told of once: those that come in thousands, by few statements."""
    people = [event for event in events if isinstance(event, PersonChanged)]
    roles = [event for event in events if isinstance(event, StaffRolesChanged)]
    if people:
        _put(session, tables.person, *map(dataclasses.asdict, people))
    if roles:
        rows = {(one.person_id, role.unit_id, role.role) for one in roles for role in one.roles}
        values = [dict(zip(("person_id", "unit_id", "role"), row, strict=True)) for row in rows]
        _replace(session, tables.role, tables.role.c.person_id.in_([one.person_id for one in roles]), values)
    for event in events:
        if not isinstance(event, PersonChanged | StaffRolesChanged) and (apply := APPLY.get(type(event))):
            apply(session, event)
