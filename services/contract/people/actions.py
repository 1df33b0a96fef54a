"""What is done with people: kept up to date, given roles, declared dead or, if that was wrong, alive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.contract.people import store
from services.contract.people.details.domain import checked_email, checked_name, checked_phone, checked_zone
from services.contract.people.domain import KINDS, search_key, sort_key
from services.contract.people.identity.actions import numbered
from services.contract.people.identity.domain import born, known_as
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from services.contract.units import store as units
from services.contract.units.domain import HOME_ZONE, run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import PersonChanged, StaffRole, StaffRolesChanged
from shared.i18n import LANGUAGES, _l
from shared.roles import ROLES
from shared.time import to_local

TOLD: list[Callable[[Ctx, PersonChanged], None]] = []
"""Whoever must know at once that something about a person has changed."""
ROLES_CHANGED: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that somebody's roles have changed, or that they have died: then they answer nobody."""


def save_person(
    ctx: Ctx,
    *,
    kind: str,
    name: str,
    identity: str | None,
    language: str = "sv",
    zone: str = HOME_ZONE,
    email: str | None = None,
    phone: str | None = None,
    birth_date: date | None = None,
    deceased: date | None = None,
    protected: bool = False,
    person_id: UUID | None = None,
) -> UUID:
    """Make a person or bring the known one (by ``person_id``, else by kind and identity) up to date.

    ``None`` leaves what is known; an empty ``email`` or ``phone`` takes it away. A death is only added here, and
    protection only raised: ``withdraw_death`` and ``lift_protection`` are acts of their own. Phone numbers are kept as
    +46…. Raises ``Refused`` with the field that can't be, ``NotFound`` for an unknown ``person_id``.
    """
    named, today = checked_name(name), to_local(ctx.now, HOME_ZONE).date()
    known_by = known_as(identity, today)
    person = _found_or_new(ctx, kind, known_by, person_id)
    before = None if person.name == "" else store.facts(person)
    person.name, person.sort_key, person.search_key = named, sort_key(named), search_key(named)
    person.language, person.zone = language if language in LANGUAGES else "sv", checked_zone(zone)
    person.identity = known_by or person.identity
    person.birth_date = birth_date or person.birth_date or (born(known_by, today) if kind == "patient" else None)
    person.deceased = _checked_death(ctx, deceased, person.zone) or person.deceased
    person.protected = protected or person.protected
    if email is not None:
        person.email = checked_email(email)
    if phone is not None:
        person.phone = checked_phone(phone)
    return _told(ctx, person, before)


def set_roles(ctx: Ctx, person_id: UUID, roles: Sequence[StaffRole]) -> None:
    """Let these be all the roles somebody has. Rights follow at the next request everywhere. ``Refused`` for one's own."""
    person = store.for_change(ctx.session, person_id)
    if person is None or any(units.get(ctx.session, role.unit_id) is None for role in roles):
        raise NotFound
    if person.kind != "staff" or any(role.role not in ROLES for role in roles):
        raise Refused(_l("Only staff can have a role, and only one of those in the list."), field="roles")
    wanted = {(role.unit_id, role.role) for role in roles}
    if wanted == {(role.unit_id, role.role) for role in store.roles(ctx.session, person_id)}:
        return
    if person_id == ctx.viewer.person_id:
        raise Refused(_l("Nobody changes their own roles. Ask another admin."), field="roles")
    ctx.session.execute(sa.delete(StaffRoleHeld).where(StaffRoleHeld.person_id == person_id))
    ctx.session.add_all(StaffRoleHeld(person_id=person_id, unit_id=unit, role=role) for unit, role in wanted)
    ctx.session.flush()
    store.place(ctx.session, [person_id])
    ctx.tell(StaffRolesChanged(person_id=person_id, roles=store.roles(ctx.session, person_id)))
    for react in ROLES_CHANGED:
        react(ctx, person_id)


def add_person(ctx: Ctx, *, kind: str, identity: str | None, **details: Any) -> UUID:
    """Somebody new, known to the first unit that the viewer runs. Whoever has this identity already is another unit's
    to tell about, so the refusal names nobody."""
    identity = numbered(ctx, kind, identity)
    person_id = save_person(ctx, kind=kind, identity=identity, **details)
    know_at(ctx, person_id, run_by(ctx.viewer.roles)[0])
    if kind == "patient":
        ctx.saw([person_id])
    return person_id


def register_death(ctx: Ctx, person_id: UUID, on: date) -> None:
    """Nobody writes to the dead (K17): told to everyone, who stop what they planned. Taken back by ``withdraw_death``."""
    person = _known(ctx, person_id)
    before, person.deceased = store.facts(person), _checked_death(ctx, on, person.zone)
    _told(ctx, person, before)


def withdraw_death(ctx: Ctx, person_id: UUID) -> None:
    """The death was registered in error."""
    person = _known(ctx, person_id)
    before, person.deceased = store.facts(person), None
    _told(ctx, person, before)


def lift_protection(ctx: Ctx, person_id: UUID) -> None:
    """The person's identity is no longer protected."""
    person = _known(ctx, person_id)
    before, person.protected = store.facts(person), False
    _told(ctx, person, before)


def know_at(ctx: Ctx, person_id: UUID, unit_id: UUID) -> None:
    """The unit has to do with this person from now on: its admins find them in the register."""
    known = sa.select(Person.id, sa.literal(unit_id), Person.sort_key).where(Person.id == person_id)
    row = insert(KnownAt).from_select(["person_id", "unit_id", "sort_key"], known)
    ctx.session.execute(row.on_conflict_do_nothing())
    store.place(ctx.session, [person_id])


def _found_or_new(ctx: Ctx, kind: str, identity: str | None, person_id: UUID | None) -> Person:
    """The person, locked. A new row has no name yet: that is how ``save_person`` knows that nobody was told of it."""
    if person_id is not None:
        return _known(ctx, person_id)
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of person")
    fresh = uuid4()
    row = insert(Person).values(
        id=fresh,
        kind=kind,
        identity=identity,
        name="",
        sort_key="",
        search_key="",
        language="sv",
        zone=HOME_ZONE,
        protected=False,
    )
    ctx.session.execute(row.on_conflict_do_nothing(index_elements=["kind", "identity"]))
    found = store.by_identity(ctx.session, kind, identity) if identity else None
    return found or _known(ctx, fresh)


def _known(ctx: Ctx, person_id: UUID) -> Person:
    person = store.for_change(ctx.session, person_id)
    if person is None:
        raise NotFound
    return person


def _told(ctx: Ctx, person: Person, before: PersonChanged | None) -> UUID:
    ctx.session.flush()
    if (after := store.facts(person)) != before:
        ctx.tell(after)
        for react in TOLD:
            react(ctx, after)
    if after.kind == "staff" and before is not None and before.deceased != after.deceased:
        for react_to in ROLES_CHANGED:
            react_to(ctx, person.id)
    return person.id


def _checked_death(ctx: Ctx, on: date | None, zone: str) -> date | None:
    """Not after today, by the calendar where the person lives: there it may be tomorrow already."""
    if on is not None and on > to_local(ctx.now, zone).date():
        raise Refused(_l("That day has not been yet."), field="deceased")
    return on
