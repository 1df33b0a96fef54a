"""The questions asked about people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.people.domain import KINDS, identity_key, search_key
from services.contract.people.identity.domain import looked_for
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from shared.db import among, plan_each_anew
from shared.events import PersonChanged, StaffRole
from shared.register.blocks import Units
from shared.roles import NOT_IN_CARE

PAGE = 25
IS_STAFF = Person.kind == sa.literal_column("'staff'")
"""Only they have roles. Written out, so that the planner knows its index."""


def get(session: Session, person_id: UUID) -> Person | None:
    return session.get(Person, person_id)


def for_change(session: Session, person_id: UUID) -> Person | None:
    """The person, locked until the transaction ends."""
    return session.scalars(sa.select(Person).where(Person.id == person_id).with_for_update()).one_or_none()


def by_identity(session: Session, kind: str, identity: str) -> Person | None:
    """The person of this kind with this identity, locked until the transaction ends."""
    query = sa.select(Person).where(Person.kind == kind, Person.identity == identity_key(identity))
    return session.scalars(query.with_for_update()).one_or_none()


def works(session: Session, person_id: UUID) -> bool:
    """Whether this is a living member of staff."""
    person = get(session, person_id)
    return person is not None and person.kind == "staff" and person.deceased is None


def roles(session: Session, person_id: UUID) -> tuple[StaffRole, ...]:
    query = sa.select(StaffRoleHeld).where(StaffRoleHeld.person_id == person_id)
    held = session.scalars(query.order_by(StaffRoleHeld.unit_id, StaffRoleHeld.role))
    return tuple(StaffRole(unit_id=one.unit_id, role=one.role) for one in held)


def units_of(session: Session, person_id: UUID) -> set[UUID]:
    """The units that have to do with a person: where they work, or that know them."""
    works_at = sa.select(StaffRoleHeld.unit_id).where(StaffRoleHeld.person_id == person_id)
    known_at = sa.select(KnownAt.unit_id).where(KnownAt.person_id == person_id)
    return set(session.scalars(works_at.union(known_at)))


def listed(session: Session, ids: Collection[UUID]) -> list[Person]:
    """These people by name."""
    return list(session.scalars(sa.select(Person).where(among(Person.id, ids)).order_by(Person.sort_key, Person.id)))


def staff_at(session: Session, unit_ids: Collection[UUID]) -> list[Person]:
    """Those who work with patients at one of the units, by name; an admin alone does not."""
    held = sa.select(StaffRoleHeld.person_id)
    held = held.where(among(StaffRoleHeld.unit_id, unit_ids), StaffRoleHeld.role.not_in(NOT_IN_CARE))
    return list(session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.sort_key, Person.id)))


def works_at(session: Session, unit_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Those who live and work with patients at each of the units."""
    query = sa.select(StaffRoleHeld.unit_id, StaffRoleHeld.person_id).distinct().join(Person)
    found: dict[UUID, list[UUID]] = {}
    for unit, person in session.execute(
        query.where(
            among(StaffRoleHeld.unit_id, unit_ids), StaffRoleHeld.role.not_in(NOT_IN_CARE), Person.deceased.is_(None)
        )
    ):
        found.setdefault(unit, []).append(person)
    return found


def without_role(session: Session, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people who have died or no longer work with patients anywhere."""
    held = sa.select(StaffRoleHeld.person_id).where(
        among(StaffRoleHeld.person_id, ids), StaffRoleHeld.role.not_in(NOT_IN_CARE)
    )
    return frozenset(ids) - frozenset(session.scalars(held.join(Person).where(Person.deceased.is_(None))))


def register(
    session: Session, unit_ids: Collection[UUID], words: str = "", after: UUID | None = None, limit: int = PAGE
) -> list[Person]:
    """The people these units' admins may see, by name, from the one after ``after`` on.

    Somebody no unit knows is shown to every admin, because somebody must be able to put them right. ``words`` are
    parts of the name, or a whole personal identity number. Each way to be seen is looked up by itself and no further than
    ``limit``, so that a page costs the same however many people there are.
    """
    here = sa.and_(IS_STAFF, Person.id.in_(_works(unit_ids))), _known(unit_ids), ~Person.placed
    matches, order = [*_matches(words), *_beyond(session, after)], (Person.sort_key, Person.id)
    query = sa.select(*order).where(*matches).order_by(*order).limit(limit)
    plan_each_anew(session)
    found = sa.union(*(query.where(seen) for seen in here)).subquery()
    ids = session.scalars(sa.select(found.c.id).order_by(found.c.sort_key, found.c.id).limit(limit)).all()
    return listed(session, ids)


def shut_to(session: Session, blocked: Units, unit_ids: Collection[UUID]) -> set[UUID]:
    """Those of the patients who have blocked all of these units that know them: of them is shown that they are there."""
    if not blocked:
        return set()
    knows = sa.select(KnownAt.person_id, KnownAt.unit_id).where(among(KnownAt.person_id, blocked))
    there: dict[UUID, set[UUID]] = {}
    for person, unit in session.execute(knows.where(among(KnownAt.unit_id, unit_ids))):
        there.setdefault(person, set()).add(unit)
    return {person for person, units in there.items() if units <= blocked[person]}


def place(session: Session, ids: Collection[UUID]) -> None:
    """Note whether any unit knows these people or has them on its staff."""
    works = sa.exists().where(StaffRoleHeld.person_id == Person.id)
    placed = sa.or_(works, sa.exists().where(KnownAt.person_id == Person.id))
    change = sa.update(Person).where(among(Person.id, ids), Person.placed != placed)
    change = change.values(placed=placed, changed_at=Person.changed_at)
    session.execute(change.execution_options(synchronize_session=False))


def facts(person: Person) -> PersonChanged:
    """The person as the others may know them."""
    return PersonChanged(
        person_id=person.id,
        kind=person.kind,
        name=person.name,
        language=person.language,
        zone=person.zone,
        protected=person.protected,
        deceased=person.deceased,
        email=person.email,
        phone=person.phone,
    )


def _works(unit_ids: Collection[UUID]) -> sa.Select[Any]:
    return sa.select(StaffRoleHeld.person_id).where(among(StaffRoleHeld.unit_id, unit_ids))


def _known(unit_ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    same = (KnownAt.person_id == Person.id, KnownAt.sort_key == Person.sort_key)
    return sa.exists().where(*same, among(KnownAt.unit_id, unit_ids))


def _beyond(session: Session, after: UUID | None) -> list[sa.ColumnElement[bool]]:
    last = get(session, after) if after else None
    return [sa.tuple_(Person.sort_key, Person.id) > sa.tuple_(last.sort_key, last.id)] if last else []


def _matches(words: str) -> list[sa.ColumnElement[bool]]:
    """The kinds are named because the index of identities begins with them."""
    if (identity := identity_key(words)) and any(sign.isdigit() for sign in identity):
        return [Person.kind.in_(KINDS), Person.identity.in_({identity, *looked_for(words)})]
    return [Person.search_key.contains(part, autoescape=True) for part in search_key(words).split()]
