"""Absence in two minutes: from–to, who stands in, what patients will read. One's own, or an admin for a colleague."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response

from services.contract.named_contact import actions, store
from services.contract.named_contact.changing.store import planned_to
from services.contract.named_contact.domain import away_from, away_too, away_until, last_day, moved, words_for_patients
from services.contract.named_contact.schemas import AbsenceForm
from services.contract.people import store as people
from services.contract.people.tables import Person
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound
from shared.events import Absence
from shared.i18n import _l, day
from shared.policy import Subject, Who, policy
from shared.relations import at_work
from shared.time import to_local, zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HOME = "/contract/named-contact"
pages = Blueprint("named_contact", __name__, url_prefix=HOME, template_folder="templates")

SAID = {
    "away": _l("The absence is saved. Patients see it, and who answers."),
    "back": _l("The absence is ended. What is still open is back where it was."),
}


def by_staff(ctx: Ctx, person_id: UUID) -> Subject | None:
    """Oneself, or a colleague at a unit one is admin of."""
    person = people.get(ctx.session, person_id)
    if person is None or person.kind != "staff":
        return None
    if person_id == ctx.viewer.person_id:
        units: Collection[UUID] = at_work(ctx.viewer.roles) | set(run_by(ctx.viewer.roles))
    else:
        units = people.units_of(ctx.session, person_id).intersection(run_by(ctx.viewer.roles))
    return Subject(unit_id=min(units, default=None))


def by_absence(ctx: Ctx, absence_id: UUID) -> Subject | None:
    row = store.absence(ctx.session, absence_id)
    return by_staff(ctx, row.person_id) if row else None


@pages.get("")
@policy("absence", "list", Who.STAFF, Who.ADMIN, log="saw that you will be their patient")
def list_(ctx: Ctx) -> Response:
    """One's own absences and whom one takes over, and for an admin the absences of the units' staff."""
    me, mine = ctx.viewer.person_id, run_by(ctx.viewer.roles)
    colleagues = [person for person in people.staff_at(ctx.session, mine) if person.id != me]
    shown = [person.id for person in colleagues] + ([me] if me else [])
    absences: dict[UUID, list[Any]] = {person_id: [] for person_id in shown}
    for row in store.absences(ctx.session, shown, ctx.now):
        absences[row.person_id].append(row)
    deputies = {row.deputy_id for rows in absences.values() for row in rows if row.deputy_id}
    return page(
        ctx,
        "named_contact/list.html",
        me=me,
        admin=bool(mine),
        colleagues=colleagues,
        absences=absences,
        coming=_coming(ctx),
        names={key: one.name for key, one in ctx.directory.people(ctx.session, deputies).items()},
        last_day=last_day,
        zones={person.id: person.zone for person in people.listed(ctx.session, shown)},
    )


def _coming(ctx: Ctx) -> list[tuple[str, str, str]]:
    """Whom one takes over, from which day at the unit, and who is their contact until then."""
    me = ctx.viewer.person_id
    rows = [row for row in planned_to(ctx.session, me) if row.starts > ctx.now] if me else []
    whose = store.whose_all(ctx.session, [row.contract_id for row in rows])
    ctx.saw(patient for patient, _unit in whose.values())
    units = ctx.directory.units(ctx.session, {unit for _patient, unit in whose.values()})
    named = {patient for patient, _unit in whose.values()} | {row.before_id for row in rows if row.before_id}
    names = {key: one.name for key, one in ctx.directory.people(ctx.session, named).items()}
    found = []
    for row in rows:
        patient, unit = whose[row.contract_id]
        begins = day(row.starts, zone=zone_of(units[unit].zone), now=ctx.now)
        found.append((names[patient], begins, names[row.before_id] if row.before_id else ""))
    return found


@pages.get("/absence/<uuid:person_id>")
@policy("absence", "set", Who.STAFF, Who.ADMIN, about=by_staff)
def form(ctx: Ctx, person_id: UUID) -> Response:
    return _form(ctx, person_id)


@pages.post("/absence/<uuid:person_id>")
@policy("absence", "set", Who.STAFF, Who.ADMIN, about=by_staff)
def save(ctx: Ctx, person_id: UUID) -> Response:
    data, errors = read_form(AbsenceForm())
    if not errors:
        absence = _absence(ctx, _known(ctx, person_id), data)
        errors = _wrong(ctx, person_id, absence, data)
    if errors:
        return _form(ctx, person_id, errors)
    if data["act"] == "look":
        return _form(ctx, person_id, preview=_preview(ctx, person_id, absence))
    return back(HOME, said="named_contact.away")


@pages.post("/end/<uuid:absence_id>")
@policy("absence", "end", Who.STAFF, Who.ADMIN, about=by_absence)
def end(ctx: Ctx, absence_id: UUID) -> Response:
    actions.end_absence(ctx, absence_id)
    return back(HOME, said="named_contact.back")


def _absence(ctx: Ctx, person: Person, data: dict[str, Any]) -> Absence:
    return Absence(
        absence_id=uuid4(),
        starts=away_from(data["first"], person.zone, ctx.now),
        ends=away_until(data["last"], person.zone) if data["last"] else None,
        deputy_id=data["deputy_id"],
    )


def _wrong(ctx: Ctx, person_id: UUID, absence: Absence, data: dict[str, Any]) -> Errors:
    """What keeps this absence from being saved. Only to be looked at, it is tried and taken back."""

    def act() -> None:
        actions.set_absence(
            ctx,
            person_id=person_id,
            starts=absence.starts,
            ends=absence.ends,
            deputy_id=absence.deputy_id,
            note=data["note"],
        )

    if data["act"] == "save":
        return tried(ctx, act)
    with ctx.session.begin_nested() as attempt:
        errors = tried(ctx, act)
        attempt.rollback()
    return errors


def _preview(ctx: Ctx, person_id: UUID, absence: Absence) -> dict[str, Any]:
    """What the absence would do: each text that patients would read and how many read it, and a warning."""
    person = _known(ctx, person_id)
    touched = ctx.directory.contracts_touched_by(ctx.session, person_id)
    beyond = ctx.directory.absences(ctx.session, [absence.deputy_id] if absence.deputy_id else [])
    known = [
        replace(facts, absences={**beyond, **facts.absences})
        for facts in ctx.directory.covers_of(ctx.session, touched).values()
    ]
    counts = moved(known, person_id, absence, ctx.now)
    if not counts:
        counts[absence.deputy_id] = 0
    names = ctx.directory.people(ctx.session, [instead for instead in counts if instead])
    say = partial(words_for_patients, person.name, absence, zone=person.zone, now=ctx.now)
    read = [(say(names[who].name if who else None), count) for who, count in counts.items()]
    return {"read": read, "away_too": bool(absence.deputy_id and away_too(absence.deputy_id, beyond, absence))}


def _form(ctx: Ctx, person_id: UUID, errors: Errors | None = None, preview: dict[str, Any] | None = None) -> Response:
    person = _known(ctx, person_id)
    works_at = [role.unit_id for role in people.roles(ctx.session, person_id)]
    deputies = [(one.id, one.name) for one in people.staff_at(ctx.session, works_at) if one.id != person_id]
    return page(
        ctx,
        "named_contact/absence.html",
        status=422 if errors else 200,
        errors=errors or {},
        person=person,
        own=person_id == ctx.viewer.person_id,
        deputies=[("", _l("Nobody in particular")), *deputies],
        today=to_local(ctx.now, person.zone).date(),
        preview=preview,
    )


def _known(ctx: Ctx, person_id: UUID) -> Person:
    person = people.get(ctx.session, person_id)
    if person is None:
        raise NotFound
    return person
