"""Writing many new people at once. What ``save_person`` does for one, with the same result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.contract.people import actions
from services.contract.people import store as people
from services.contract.people.domain import search_key, sort_key
from services.contract.people.file import store
from services.contract.people.file.domain import PersonRow
from services.contract.people.file.tables import PersonImportRow
from services.contract.people.identity.domain import born
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from services.contract.units.domain import HOME_ZONE
from shared.context import Ctx
from shared.db import insert_all
from shared.errors import Refused
from shared.events import StaffRole, StaffRolesChanged
from shared.i18n import _l
from shared.time import to_local

COLUMNS = (
    *("id", "kind", "name", "sort_key", "search_key", "identity", "language", "zone"),
    *("email", "phone", "birth_date", "deceased", "protected"),
)


def bring_new(ctx: Ctx, import_id: UUID, unit_id: UUID, rows: Sequence[PersonRow]) -> None:
    """Make these people, none of whom is known, and tell of them. Refuses if somebody else has just made one."""
    made = [(row, _person(ctx, row)) for row in rows]
    new = [{column: getattr(person, column) for column in COLUMNS} for _row, person in made]
    if insert_all(ctx.session, _table(Person), new, known=True) != len(new):
        raise Refused(_l("Somebody wrote down one of these people just now. Look at the file again."), field="file")
    held = [{"person_id": one.id, "unit_id": unit_id, "role": role} for row, one in made for role in row.roles]
    insert_all(ctx.session, _table(StaffRoleHeld), held)
    known = [{"person_id": one.id, "unit_id": unit_id, "sort_key": one.sort_key} for row, one in made if not row.roles]
    insert_all(ctx.session, _table(KnownAt), known)
    people.place(ctx.session, [one.id for _row, one in made])
    kept = [_kept(import_id, unit_id, row, person) for row, person in made]
    insert_all(ctx.session, _table(PersonImportRow), kept)
    _tell(ctx, unit_id, made)
    ctx.saw(person.id for row, person in made if row.kind == "patient")


def _person(ctx: Ctx, row: PersonRow) -> Person:
    """The row as a person who is not in the session: it is written with the others."""
    today = to_local(ctx.now, HOME_ZONE).date()
    return Person(
        id=uuid4(),
        kind=row.kind,
        name=row.name,
        sort_key=sort_key(row.name),
        search_key=search_key(row.name),
        identity=row.identity,
        language=row.language or "sv",
        zone=HOME_ZONE,
        email=row.email,
        phone=row.phone,
        birth_date=born(row.identity, today) if row.kind == "patient" else None,
        deceased=None,
        protected=row.protected,
    )


def _kept(import_id: UUID, unit_id: UUID, row: PersonRow, person: Person) -> dict[str, Any]:
    roles = [(unit_id, role) for role in row.roles]
    after = store.plain(person, roles, () if roles else (unit_id,))
    return {"import_id": import_id, "row": row.row, "person_id": person.id, "before": None, "after": after}


def _tell(ctx: Ctx, unit_id: UUID, made: Sequence[tuple[PersonRow, Person]]) -> None:
    told = [people.facts(person) for _row, person in made]
    roles = [
        StaffRolesChanged(person_id=person.id, roles=tuple(StaffRole(unit_id=unit_id, role=role) for role in row.roles))
        for row, person in made
        if row.roles
    ]
    ctx.tell_all([*told, *roles])
    for event in told:
        for react in actions.TOLD:
            react(ctx, event)


def _table(kind: type) -> sa.Table:
    return cast(sa.Table, sa.inspect(kind).local_table)
