"""The questions asked about imports of people."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.people.file.tables import PersonImport, PersonImportRow
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from shared.register.blocks import blocked_by

BATCH = 500
MOST_SHOWN = 25
KEPT = ("name", "language", "identity", "birth_date", "email", "phone", "protected")


def known(session: Session, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Person]:
    """Those of these kinds and identities who are in the register already."""
    found = session.scalars(sa.select(Person).where(sa.tuple_(Person.kind, Person.identity).in_(list(keys))))
    return {(person.kind, person.identity or ""): person for person in found}


def at_units(session: Session, ids: Collection[UUID], unit_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people whom one of the units knows or employs and who has not blocked it, or whom no unit knows."""
    at = sa.union_all(
        sa.select(StaffRoleHeld.person_id, StaffRoleHeld.unit_id).where(StaffRoleHeld.person_id.in_(ids)),
        sa.select(KnownAt.person_id, KnownAt.unit_id).where(KnownAt.person_id.in_(ids)),
    )
    units: dict[UUID, set[UUID]] = {}
    for person_id, unit_id in session.execute(at):
        units.setdefault(person_id, set()).add(unit_id)
    blocked, mine = blocked_by(session, ids), frozenset(unit_ids)
    return {one for one in ids if one not in units or units[one] & mine - blocked.get(one, frozenset())}


def snapshots(session: Session, people: Collection[Person]) -> dict[UUID, dict[str, Any]]:
    """How these are now: what an import can change, as JSON."""
    ids = [person.id for person in people]
    held = sa.select(StaffRoleHeld.person_id, StaffRoleHeld.unit_id, StaffRoleHeld.role)
    roles: dict[UUID, list[tuple[UUID, str]]] = {}
    for person_id, unit_id, role in session.execute(held.where(StaffRoleHeld.person_id.in_(ids))):
        roles.setdefault(person_id, []).append((unit_id, role))
    known: dict[UUID, list[UUID]] = {}
    for person_id, unit_id in session.execute(
        sa.select(KnownAt.person_id, KnownAt.unit_id).where(KnownAt.person_id.in_(ids))
    ):
        known.setdefault(person_id, []).append(unit_id)
    return {one.id: plain(one, roles.get(one.id, ()), known.get(one.id, ())) for one in people}


def snapshot(session: Session, person: Person) -> dict[str, Any]:
    return snapshots(session, [person])[person.id]


def plain(person: Person, roles: Collection[tuple[UUID, str]], known_at: Collection[UUID]) -> dict[str, Any]:
    """Somebody with their roles and the units that know them, as JSON."""
    values = {field: getattr(person, field) for field in KEPT}
    return {
        **values,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "roles": sorted([str(unit), role] for unit, role in roles),
        "known_at": sorted(map(str, known_at)),
    }


def imports(session: Session, unit_ids: Collection[UUID]) -> list[PersonImport]:
    """The latest imports for these units, the newest first."""
    return imports_after(session, unit_ids, None, MOST_SHOWN)


def imports_after(session: Session, unit_ids: Collection[UUID], after: UUID | None, limit: int) -> list[PersonImport]:
    """The same, from the import older than ``after`` on."""
    query = sa.select(PersonImport).where(PersonImport.unit_id.in_(unit_ids))
    if after is not None:
        last = sa.select(PersonImport.imported_at, PersonImport.id).where(PersonImport.id == after).subquery()
        query = query.where(sa.tuple_(PersonImport.imported_at, PersonImport.id) < sa.select(last).scalar_subquery())
    newest_first = PersonImport.imported_at.desc(), PersonImport.id.desc()
    return list(session.scalars(query.order_by(*newest_first).limit(limit)))


def for_change(session: Session, import_id: UUID) -> PersonImport | None:
    """The import, locked until the transaction ends."""
    return session.scalars(sa.select(PersonImport).where(PersonImport.id == import_id).with_for_update()).one_or_none()


def rows_of(session: Session, import_id: UUID) -> Iterator[list[PersonImportRow]]:
    """What the import did, in batches, the last row first."""
    last = None
    while True:
        query = sa.select(PersonImportRow).where(PersonImportRow.import_id == import_id)
        if last is not None:
            query = query.where(PersonImportRow.row < last)
        batch = list(session.scalars(query.order_by(PersonImportRow.row.desc()).limit(BATCH)))
        if not batch:
            return
        last = batch[-1].row
        yield batch
