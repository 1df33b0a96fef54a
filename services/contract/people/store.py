"""The questions asked about people."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.people.domain import identity_key, search_key
from services.contract.people.identity.domain import looked_for
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from shared.events import PersonChanged, StaffRole

PAGE = 25


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
    return list(session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.sort_key, Person.id)))


def staff_at(session: Session, unit_ids: Collection[UUID]) -> list[Person]:
    """Those who work with patients at one of the units, by name; an admin alone does not."""
    held = sa.select(StaffRoleHeld.person_id)
    held = held.where(StaffRoleHeld.unit_id.in_(unit_ids), StaffRoleHeld.role != "admin")
    return list(session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.sort_key, Person.id)))


def without_role(session: Session, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people who no longer work with patients anywhere."""
    held = sa.select(StaffRoleHeld.person_id).where(StaffRoleHeld.person_id.in_(ids), StaffRoleHeld.role != "admin")
    return frozenset(ids) - frozenset(session.scalars(held))


def register(session: Session, unit_ids: Collection[UUID], words: str = "", page: int = 1) -> tuple[list[Person], bool]:
    """One page of the people these units' admins may see, by name, and whether there are more.

    Somebody no unit knows is shown to every admin, because somebody must be able to put them right. ``words`` are
    parts of the name, or a whole personal identity number.
    """
    found = list(session.scalars(_found(unit_ids, words).offset((page - 1) * PAGE).limit(PAGE + 1)))
    return found[:PAGE], len(found) > PAGE


def register_after(
    session: Session, unit_ids: Collection[UUID], words: str, after: UUID | None, limit: int
) -> list[Person]:
    """As ``register``, from the person after ``after`` on."""
    query = _found(unit_ids, words)
    if after is not None:
        last = sa.select(Person.sort_key, Person.id).where(Person.id == after).subquery()
        query = query.where(sa.tuple_(Person.sort_key, Person.id) > sa.select(last).scalar_subquery())
    return list(session.scalars(query.limit(limit)))


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


def _found(unit_ids: Collection[UUID], words: str) -> sa.Select[Person]:
    query = sa.select(Person).where(sa.or_(_at(unit_ids), ~_anywhere()))
    return query.where(_matches(words)).order_by(Person.sort_key, Person.id)


def _at(unit_ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    works = sa.select(StaffRoleHeld.person_id).where(StaffRoleHeld.unit_id.in_(unit_ids))
    known = sa.select(KnownAt.person_id).where(KnownAt.unit_id.in_(unit_ids))
    return sa.or_(Person.id.in_(works), Person.id.in_(known))


def _anywhere() -> sa.ColumnElement[bool]:
    works = sa.exists().where(StaffRoleHeld.person_id == Person.id)
    known = sa.exists().where(KnownAt.person_id == Person.id)
    return sa.or_(works, known)


def _matches(words: str) -> sa.ColumnElement[bool]:
    if (identity := identity_key(words)) and any(sign.isdigit() for sign in identity):
        return Person.identity.in_({identity, *looked_for(words)})
    parts = search_key(words).split()
    return sa.and_(sa.true(), *(Person.search_key.contains(part, autoescape=True) for part in parts))
