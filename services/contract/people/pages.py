"""The register as a unit's admins see it: who people are and how they are reached, never what they have agreed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.people import actions, store
from services.contract.people.identity.actions import numbered
from services.contract.people.roles import actions as roles
from services.contract.people.schemas import DeathForm, DetailsForm, NewPersonForm, RolesForm, SearchForm
from services.contract.people.tables import Person
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import StaffRole
from shared.i18n import LANGUAGES, Lazy, _l
from shared.policy import Subject, Who, policy
from shared.relations import roles_towards
from shared.roles import ROLES
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("people", __name__, url_prefix="/contract/people", template_folder="templates")

SAID = {
    "saved": _l("Saved. It holds from now on."),
    "roles": _l("The roles are saved. They hold at once, everywhere."),
    "death": _l("The death is registered. Nothing more is sent."),
    "alive": _l("The death is taken back. Check what was planned before."),
}
KINDS = {"patient": _l("Patient"), "staff": _l("Staff"), "delegate": _l("Delegate")}


def by_person(ctx: Ctx, person_id: UUID) -> Subject | None:
    """A person is the business of the units that know them; one whom none knows, of every admin."""
    person = store.get(ctx.session, person_id)
    if person is None:
        return None
    known_at = store.units_of(ctx.session, person_id)
    units = run_by(roles_towards(ctx, person_id))
    unit = next((unit for unit in units if not known_at or unit in known_at), None)
    return Subject(patient_id=person_id if person.kind == "patient" else None, unit_id=unit)


@pages.get("")
@policy("person", "list", Who.ADMIN, log="saw your name in the register")
def list_(ctx: Ctx) -> Response:
    return _list(ctx, "", request.args.get("after", None, type=UUID))


@pages.post("")
@policy("person", "list", Who.ADMIN, log="searched the register and saw your name")
def search(ctx: Ctx) -> Response:
    data, errors = read_form(SearchForm())
    return _list(ctx, "", None, errors) if errors else _list(ctx, data["words"], data["after"])


@pages.get("/new")
@policy("person", "add", Who.ADMIN)
def new(ctx: Ctx) -> Response:
    return _new(ctx)


@pages.post("/new")
@policy("person", "add", Who.ADMIN, log="added you to the register")
def add(ctx: Ctx) -> Response:
    data, errors = read_form(NewPersonForm())
    added: list[UUID] = []
    errors = errors or tried(ctx, lambda: added.append(actions.add_person(ctx, **data)))
    return _new(ctx, errors) if errors else back(f"/contract/people/{added[0]}", said="people.saved")


@pages.get("/<uuid:person_id>")
@policy("person", "read in register", Who.ADMIN, about=by_person, log="saw how to reach you")
def show(ctx: Ctx, person_id: UUID) -> Response:
    return _person(ctx, person_id)


@pages.post("/<uuid:person_id>")
@policy("person", "change", Who.ADMIN, about=by_person, log="changed how to reach you")
def save(ctx: Ctx, person_id: UUID) -> Response:
    data, errors = read_form(DetailsForm())
    return _try(ctx, person_id, errors, lambda: _save(ctx, person_id, data), "saved")


@pages.post("/<uuid:person_id>/unprotect")
@policy("person", "lift_protection", Who.ADMIN, about=by_person, log="noted that your identity is no longer protected")
def unprotect(ctx: Ctx, person_id: UUID) -> Response:
    return _try(ctx, person_id, {}, partial(actions.lift_protection, ctx, person_id), "saved")


@pages.post("/<uuid:person_id>/roles")
@policy("staff_roles", "change", Who.ADMIN, about=by_person)
def save_roles(ctx: Ctx, person_id: UUID) -> Response:
    data, errors = read_form(RolesForm())
    return _try(ctx, person_id, errors, lambda: _save_roles(ctx, person_id, data["roles"]), "roles")


@pages.post("/<uuid:person_id>/death")
@policy("person", "register_death", Who.ADMIN, about=by_person, log="registered a death")
def register_death(ctx: Ctx, person_id: UUID) -> Response:
    data, errors = read_form(DeathForm())
    return _try(ctx, person_id, errors, lambda: actions.register_death(ctx, person_id, data["deceased"]), "death")


@pages.post("/<uuid:person_id>/alive")
@policy("person", "withdraw_death", Who.ADMIN, about=by_person, log="took back a death registered in error")
def withdraw_death(ctx: Ctx, person_id: UUID) -> Response:
    return _try(ctx, person_id, {}, partial(actions.withdraw_death, ctx, person_id), "alive")


def _list(ctx: Ctx, words: str, after: UUID | None, errors: Errors | None = None) -> Response:
    found = store.register(ctx.session, run_by(ctx.viewer.roles), words, after, store.PAGE + 1)
    people = found[: store.PAGE]
    ctx.saw(person.id for person in people if person.kind == "patient")
    last = people[-1].id if len(found) > store.PAGE else None
    shut = store.shut_to(
        ctx.session, ctx.directory.blocked(ctx.session, [one.id for one in people]), run_by(ctx.viewer.roles)
    )
    values = {"people": people, "shut": shut, "kinds": KINDS, "words": words, "after": after, "last": last}
    return page(ctx, "people/list.html", status=422 if errors else 200, errors=errors or {}, **values)


def _new(ctx: Ctx, errors: Errors | None = None) -> Response:
    return page(ctx, "people/new.html", status=422 if errors else 200, errors=errors or {}, spoken=_languages())


def _save(ctx: Ctx, person_id: UUID, data: dict[str, Any]) -> None:
    """A protected person's address and number are not shown, so an empty field there leaves them as they are."""
    person = _known(ctx, person_id)
    if person.protected:
        data = {**data, "email": data["email"] or None, "phone": data["phone"] or None}
    data = {**data, "identity": person.identity or numbered(ctx, person.kind, data["identity"])}
    actions.save_person(ctx, kind=person.kind, zone=person.zone, person_id=person_id, **data)


def _save_roles(ctx: Ctx, person_id: UUID, chosen: list[str]) -> None:
    offered = {f"{unit} {role}": (unit, role) for unit in run_by(ctx.viewer.roles) for role in ROLES}
    if any(value not in offered for value in chosen):
        raise Refused(_l("Choose one from the list."), field="roles")
    here = [StaffRole(unit_id=offered[value][0], role=offered[value][1]) for value in chosen]
    roles.set_roles_here(ctx, person_id, here)


def _try(ctx: Ctx, person_id: UUID, errors: Errors, act: Callable[[], object], said: str) -> Response:
    errors = errors or tried(ctx, act)
    return (
        _person(ctx, person_id, errors, said)
        if errors
        else back(f"/contract/people/{person_id}", said=f"people.{said}")
    )


def _person(ctx: Ctx, person_id: UUID, errors: Errors | None = None, only: str = "") -> Response:
    """The page; with errors the form they are in alone, so that no box of another form comes back unticked."""
    person, mine = _known(ctx, person_id), run_by(ctx.viewer.roles)
    values = {
        "person": person,
        "kinds": KINDS,
        "spoken": _languages(),
        "roles": _role_choices(ctx, mine),
        "held": [f"{role.unit_id} {role.role}" for role in store.roles(ctx.session, person_id)],
        "own": person_id == ctx.viewer.person_id,
        "only": only,
    }
    return page(ctx, "people/show.html", status=422 if errors else 200, errors=errors or {}, **values)


def _role_choices(ctx: Ctx, units: list[UUID]) -> list[tuple[str, list[tuple[str, Lazy]]]]:
    """By unit, under its name, the roles that can be held there."""
    named = sorted((unit.name, key) for key, unit in ctx.directory.units(ctx.session, units).items())
    return [(name, [(f"{unit} {role}", text) for role, text in ROLES.items()]) for name, unit in named]


def _known(ctx: Ctx, person_id: UUID) -> Person:
    person = store.get(ctx.session, person_id)
    if person is None:
        raise NotFound
    return person


def _languages() -> list[tuple[str, str]]:
    return list(LANGUAGES.items())
