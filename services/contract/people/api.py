"""The register as JSON, for a unit's admins. It is searched by POST: no name stands in an address."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.contract.people import actions, store
from services.contract.people.pages import by_person
from services.contract.people.roles import actions as roles
from services.contract.people.schemas import (
    DeathBody,
    NewPersonBody,
    PersonBody,
    PersonJson,
    RolesBody,
    SearchBody,
)
from services.contract.people.tables import Person
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import PersonChanged, StaffRole
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("people", __name__, "Patients, staff and delegates: who they are and how they are reached.")


def _hold(ctx: Ctx, person_id: UUID) -> None:
    store.for_change(ctx.session, person_id)


def _known(ctx: Ctx, person_id: UUID) -> Person:
    person = store.get(ctx.session, person_id)
    if person is None:
        raise NotFound
    return person


def _shown(ctx: Ctx, person: Person, shut: Collection[UUID] = ()) -> PersonChanged:
    """How a protected person is reached is shown to nobody else, nor to a unit that they have ``shut`` out."""
    facts = store.facts(person)
    hidden = person.id in shut or (person.protected and person.id != ctx.viewer.person_id)
    return dataclasses.replace(facts, email=None, phone=None) if hidden else facts


def _roles(ctx: Ctx, person_id: UUID) -> dict[str, list[StaffRole]]:
    mine = run_by(ctx.viewer.roles)
    return {"roles": [role for role in store.roles(ctx.session, person_id) if role.unit_id in mine]}


PERSON = Resource(PersonJson, of=lambda ctx, person_id: _shown(ctx, _known(ctx, person_id)), hold=_hold)
ROLES = Resource(RolesBody, of=_roles, hold=_hold)


@api.search("/search", PersonJson, SearchBody)
@policy("person", "list", Who.ADMIN, log="searched the register and saw your name")
def search_people(ctx: Ctx, asked: dict[str, Any]) -> Listed[PersonChanged]:
    """Those whom one's units know, by name; and those whom no unit knows."""
    page: Page = asked["page"]
    after = UUID(page.after[0]) if page.after else None
    mine = run_by(ctx.viewer.roles)
    rows = store.register(ctx.session, mine, asked["words"], after, page.more)
    shut = store.shut_to(ctx.session, ctx.directory.blocked(ctx.session, [row.id for row in rows]), mine)
    found = page.of([_shown(ctx, row, shut) for row in rows], lambda person: [str(person.person_id)])
    ctx.saw(person.person_id for person in found.items if person.kind == "patient")
    return found


@api.create("", PERSON, NewPersonBody)
@policy("person", "add", Who.ADMIN, log="added you to the register")
def add_one(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Somebody new, known to one's first unit."""
    return {"person_id": actions.add_person(ctx, **data)}


@api.read("/<uuid:person_id>", PERSON)
@policy("person", "read", Who.ADMIN, Who.PATIENT, about=by_person, log="saw how to reach you")
def read_person(ctx: Ctx, person_id: UUID) -> None:
    """One person; for patients, themselves."""


@api.change("/<uuid:person_id>", PERSON, PersonBody)
@policy("person", "change", Who.ADMIN, about=by_person, log="changed how to reach you")
def change_person(ctx: Ctx, data: dict[str, Any], person_id: UUID) -> None:
    """Name, language, how they are reached."""
    person = _known(ctx, person_id)
    if person.protected and not data["protected"]:
        raise Refused(_l("Protection is lifted by an act of its own."), field="protected")
    if not person.protected:
        data = {**data, "email": data["email"] or "", "phone": data["phone"] or ""}
    known: dict[str, Any] = {"kind": person.kind, "identity": person.identity, "zone": person.zone}
    actions.save_person(ctx, **known, **data, person_id=person_id)


@api.act("/<uuid:person_id>/unprotect", PERSON)
@policy("person", "lift_protection", Who.ADMIN, about=by_person, log="noted that your identity is no longer protected")
def unprotect(ctx: Ctx, person_id: UUID) -> None:
    """The identity is no longer protected."""
    actions.lift_protection(ctx, person_id)


@api.act("/<uuid:person_id>/death", PERSON, DeathBody)
@policy("person", "register_death", Who.ADMIN, about=by_person, log="registered a death")
def register_death(ctx: Ctx, data: dict[str, Any], person_id: UUID) -> None:
    """A death: from now on nothing is sent."""
    actions.register_death(ctx, person_id, data["deceased"])


@api.act("/<uuid:person_id>/alive", PERSON)
@policy("person", "withdraw_death", Who.ADMIN, about=by_person, log="took back a death registered in error")
def withdraw_death(ctx: Ctx, person_id: UUID) -> None:
    """The death was registered in error."""
    actions.withdraw_death(ctx, person_id)


@api.read("/<uuid:person_id>/roles", ROLES)
@policy("staff_roles", "read", Who.ADMIN, about=by_person)
def read_roles(ctx: Ctx, person_id: UUID) -> None:
    """What somebody is at the units one runs."""


@api.change("/<uuid:person_id>/roles", ROLES, RolesBody)
@policy("staff_roles", "change", Who.ADMIN, about=by_person)
def put_roles(ctx: Ctx, data: dict[str, Any], person_id: UUID) -> None:
    """Let these be all the roles at the units one runs. Nobody changes their own."""
    roles.set_roles_here(ctx, person_id, [StaffRole(**role) for role in data["roles"]])
