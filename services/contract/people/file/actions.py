"""Looking at a file of people, and keeping all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.contract.people import actions
from services.contract.people import store as people
from services.contract.people.file import store
from services.contract.people.file.bringing.actions import bring_new
from services.contract.people.file.domain import PersonRow, Wrong, check, rows, text_of
from services.contract.people.file.tables import PersonImport, PersonImportRow
from services.contract.people.tables import Person
from services.contract.units.domain import HOME_ZONE, run_by
from shared.context import Ctx
from shared.errors import Refused
from shared.events import StaffRole
from shared.i18n import _l
from shared.time import to_local

MOST_WRONG = 200
"""How many errors a page shows; the rest is counted."""


@dataclass
class Outlook:
    """What a file would bring. ``wrong`` holds the first errors, ``wrong_count`` counts all."""

    made: int = 0
    changed: int = 0
    same: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    wrong_count: int = 0

    def add_wrong(self, found: Iterable[Wrong]) -> None:
        for one in found:
            self.wrong_count += 1
            if len(self.wrong) < MOST_WRONG:
                self.wrong.append(one)


def look(ctx: Ctx, unit_id: UUID, data: bytes) -> Outlook:
    """What the file would bring; nothing is kept. Raises ``Unreadable`` for a file that is none."""
    outlook = Outlook()
    for batch in _batches(ctx, data, outlook):
        for row, _person, now in _met(ctx, unit_id, batch, outlook):
            if now is None:
                outlook.made += 1
            elif _differs(unit_id, row, now):
                outlook.changed += 1
            else:
                outlook.same += 1
        ctx.session.expunge_all()
    return outlook


def keep(ctx: Ctx, unit_id: UUID, data: bytes) -> UUID:
    """Keep every row in this transaction. Refuses a file with any error in it: never half of one. A file kept before
    changes nothing and is no import of its own rows. Returns the import."""
    outlook, made = Outlook(), PersonImport(id=uuid4(), unit_id=unit_id, imported_at=ctx.now, made=0, changed=0)
    made.imported_by = ctx.viewer.person_id
    ctx.session.add(made)
    ctx.session.flush()
    for batch in _batches(ctx, data, outlook):
        met = list(_met(ctx, unit_id, batch, outlook))
        if outlook.wrong_count:
            raise Refused(_l("The file has errors. Nothing was kept."), field="file")
        new = [row for row, person, _now in met if person is None]
        bring_new(ctx, made.id, unit_id, new)
        outlook.made += len(new)
        for row, person, now in met:
            if person is not None and now is not None and _differs(unit_id, row, now):
                outlook.changed += 1
                _change(ctx, made.id, unit_id, row, person)
        ctx.session.flush()
        ctx.session.expunge_all()
    if outlook.wrong_count:
        raise Refused(_l("The file has errors. Nothing was kept."), field="file")
    done = sa.update(PersonImport).where(PersonImport.id == made.id)
    ctx.session.execute(done.values(made=outlook.made, changed=outlook.changed))
    return made.id


def _batches(ctx: Ctx, data: bytes, outlook: Outlook) -> Iterator[list[PersonRow]]:
    """The rows that are right by themselves, some hundreds at a time; the others go to ``outlook``."""
    right = _right(data, to_local(ctx.now, HOME_ZONE).date(), outlook)
    while batch := list(islice(right, store.BATCH)):
        yield batch


def _right(data: bytes, today: date, outlook: Outlook) -> Iterator[PersonRow]:
    first: dict[tuple[str, str], int] = {}
    for number, cells in rows(text_of(data)):
        found = check(number, cells, today)
        if isinstance(found, list):
            outlook.add_wrong(found)
        elif (key := (found.kind, found.identity)) in first:
            outlook.add_wrong([Wrong(number, "identity", _l("The same number stands further up in the file."))])
        else:
            first[key] = number
            yield found


def _met(
    ctx: Ctx, unit_id: UUID, batch: list[PersonRow], outlook: Outlook
) -> Iterator[tuple[PersonRow, Person | None, dict[str, Any] | None]]:
    """Each row with the person it is about, and how they are now. Whoever only another unit knows is that unit's to tell about."""
    known = store.known(ctx.session, {(row.kind, row.identity) for row in batch})
    ours = store.at_units(ctx.session, {one.id for one in known.values()}, [unit_id, *run_by(ctx.viewer.roles)])
    now = store.snapshots(ctx.session, known.values())
    for row in batch:
        person = known.get((row.kind, row.identity))
        if person is not None and person.id not in ours:
            outlook.add_wrong([Wrong(row.row, "identity", _l("There is somebody with this identity already."))])
        elif person is not None and person.deceased:
            outlook.add_wrong([Wrong(row.row, "name", _l("This person has died."))])
        elif person is not None and row.roles and person.id == ctx.viewer.person_id:
            outlook.add_wrong([Wrong(row.row, "roles", _l("Nobody changes their own roles. Ask another admin."))])
        else:
            yield row, person, now[person.id] if person else None


def _differs(unit_id: UUID, row: PersonRow, now: dict[str, Any]) -> bool:
    told = {"name": row.name, "language": row.language, "email": row.email, "phone": row.phone}
    if any(value is not None and value != now[name] for name, value in told.items()):
        return True
    roles = {(str(unit_id), role) for role in row.roles} - {(unit, role) for unit, role in now["roles"]}
    known = row.kind == "staff" or str(unit_id) in now["known_at"]
    return bool(roles) or not known or (row.protected and not now["protected"])


def _change(ctx: Ctx, import_id: UUID, unit_id: UUID, row: PersonRow, person: Person) -> None:
    before = store.snapshot(ctx.session, person)
    actions.save_person(
        ctx,
        kind=row.kind,
        name=row.name,
        identity=row.identity,
        language=row.language or person.language,
        zone=person.zone,
        email=row.email,
        phone=row.phone,
        protected=row.protected,
        person_id=person.id,
    )
    if row.roles:
        wanted = {StaffRole(unit_id=unit_id, role=role) for role in row.roles}
        actions.set_roles(ctx, person.id, [*wanted.union(people.roles(ctx.session, person.id))])
    else:
        actions.know_at(ctx, person.id, unit_id)
    after = store.snapshot(ctx.session, person)
    ctx.session.add(PersonImportRow(import_id=import_id, row=row.row, person_id=person.id, before=before, after=after))
    if row.kind == "patient":
        ctx.saw([person.id])
