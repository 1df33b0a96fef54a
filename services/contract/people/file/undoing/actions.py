"""Everybody as they were before an import, told to everyone; or, once one of them has been used, nobody."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.contract.people import actions
from services.contract.people import store as people
from services.contract.people.domain import search_key, sort_key
from services.contract.people.file import store
from services.contract.people.file.tables import PersonImportRow
from services.contract.people.tables import KnownAt, Person
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import StaffRole
from shared.i18n import Lazy, _


def undo(ctx: Ctx, import_id: UUID) -> None:
    """Let everybody be as before the import. Refuses, and changes nothing, once somebody of it has been used or changed
    since, or has blocked the unit. Undoing twice is harmless."""
    done = store.for_change(ctx.session, import_id)
    if done is None:
        raise NotFound
    if done.undone_at is not None:
        return
    done.undone_at = ctx.now
    for batch in store.rows_of(ctx.session, import_id):
        blocked = ctx.directory.blocked(ctx.session, [row.person_id for row in batch])
        for row in batch:
            _undo_row(ctx, row, shut_out=done.unit_id in blocked.get(row.person_id, ()))
        ctx.session.flush()


def _undo_row(ctx: Ctx, row: PersonImportRow, *, shut_out: bool) -> None:
    person = people.for_change(ctx.session, row.person_id)
    used = Refused(Lazy(_("Row %(row)s has been used or changed since. Nothing was taken back.", row=row.row)))
    if person is None or shut_out or store.snapshot(ctx.session, person) != row.after:
        raise used
    _set_roles(ctx, person.id, (row.before or {}).get("roles", []))
    if row.before is not None:
        _restore(ctx, person, row.before)
        return
    person.email = person.phone = None
    ctx.session.flush()
    ctx.tell(people.facts(person))
    try:
        with ctx.session.begin_nested():
            ctx.session.execute(sa.delete(KnownAt).where(KnownAt.person_id == person.id))
            ctx.session.execute(sa.delete(Person).where(Person.id == person.id))
    except IntegrityError:
        raise used from None
    ctx.session.expunge(person)


def _restore(ctx: Ctx, person: Person, before: dict[str, Any]) -> None:
    for name in store.KEPT:
        setattr(person, name, before[name])
    person.birth_date = date.fromisoformat(before["birth_date"]) if before["birth_date"] else None
    person.sort_key, person.search_key = sort_key(person.name), search_key(person.name)
    ctx.session.flush()
    later = sa.delete(KnownAt).where(KnownAt.person_id == person.id)
    ctx.session.execute(later.where(KnownAt.unit_id.not_in([UUID(unit) for unit in before["known_at"]])))
    people.place(ctx.session, [person.id])
    ctx.tell(people.facts(person))


def _set_roles(ctx: Ctx, person_id: UUID, roles: list[list[str]]) -> None:
    wanted = {(UUID(unit), role) for unit, role in roles}
    held = {(one.unit_id, one.role) for one in people.roles(ctx.session, person_id)}
    if wanted != held:
        actions.set_roles(ctx, person_id, [StaffRole(unit_id=unit, role=role) for unit, role in wanted])
