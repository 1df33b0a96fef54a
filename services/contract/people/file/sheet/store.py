"""The question who stands in a unit's register, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.people.file.domain import KINDS, MOST_ROWS
from services.contract.people.file.sheet.domain import Listed
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from shared.register.blocks import blocks

TEXTS = ("kind", "name", "identity", "language", "email", "phone")
FIELDS = (Person.id, Person.protected, *(getattr(Person, name) for name in TEXTS))


def listed(session: Session, unit_id: UUID) -> Iterator[tuple[UUID, Listed]]:
    """The living patients and staff whom the unit knows or employs, by name, each with their roles there; nobody
    who has blocked it."""
    held = sa.select(StaffRoleHeld.person_id, StaffRoleHeld.role).where(StaffRoleHeld.unit_id == unit_id)
    roles: dict[UUID, list[str]] = {}
    for person_id, role in session.execute(held):
        roles.setdefault(person_id, []).append(role)
    known = sa.select(KnownAt.person_id).where(KnownAt.unit_id == unit_id)
    here = sa.or_(Person.id.in_(known), Person.id.in_(held.with_only_columns(StaffRoleHeld.person_id)))
    here = sa.and_(here, ~blocks(Person.id, sa.literal(unit_id)))
    query = sa.select(*FIELDS).where(here, Person.kind.in_(set(KINDS.values())), Person.deceased.is_(None))
    for row in session.execute(query.order_by(Person.sort_key, Person.id).limit(MOST_ROWS)):
        told = {name: getattr(row, name) or "" for name in TEXTS}
        yield row.id, Listed(**told, protected=row.protected, roles=roles.get(row.id, ()))
