"""Whom nobody has an agreement with, and the form that opens one. Status only, never contents."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement import store as agreements
from services.contract.agreement.joining.store import said_no
from services.contract.agreement.opening import actions, store
from services.contract.agreement.opening.schemas import NOT_ASKED, OpenForm
from services.contract.agreement.told.domain import WAYS
from services.contract.named_contact.load.store import choices
from services.contract.people import store as people
from services.contract.people.pages import by_person
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/opening"
pages = Blueprint("opening", __name__, url_prefix=HERE, template_folder="templates")
SAID = {
    "opened": _l("Saved. The patient has a named contact now, and both can begin to write."),
    "asked": _l("Saved. The patient has a named contact now. The first page asks if they want to work this way."),
}


@pages.get("")
@policy("agreement", "list_missing", Who.ADMIN, log="saw that you have no agreement")
def list_(ctx: Ctx) -> Response:
    number = max(1, request.args.get("page", 1, int))
    patients, more = store.without_agreement(ctx.session, run_by(ctx.viewer.roles), number)
    ctx.saw(patient.id for patient in patients)
    no = said_no(ctx.session, [patient.id for patient in patients])
    return page(ctx, "opening/list.html", patients=patients, no=no, number=number, more=more)


@pages.get("/<uuid:person_id>")
@policy("agreement", "open_for", Who.ADMIN, about=by_person, log="looked for somebody to be your contact")
def form(ctx: Ctx, person_id: UUID) -> Response:
    return _form(ctx, person_id)


@pages.post("/<uuid:person_id>")
@policy("agreement", "open_for", Who.ADMIN, about=by_person, log="opened an agreement for you and chose your contact")
def open_(ctx: Ctx, person_id: UUID) -> Response:
    data, errors = read_form(OpenForm())
    offered = {value: (unit, staff) for value, unit, staff, _text in choices(ctx, run_by(ctx.viewer.roles))}
    if not errors and data["contact"] not in offered:
        errors = {"contact": [_l("Choose one from the list.")]}
    if not errors:
        errors = tried(ctx, partial(_open, ctx, person_id, offered[data["contact"]], data))
    said = "opening.asked" if data.get("answered") == NOT_ASKED else "opening.opened"
    return _form(ctx, person_id, errors) if errors else back("/contract/home", said=said)


def _open(ctx: Ctx, person_id: UUID, chosen: tuple[UUID, UUID], data: dict[str, Any]) -> None:
    (unit, staff), asked = chosen, data["answered"] != NOT_ASKED
    answer = actions.told_at(ctx, unit, data["answered"], data["said_on"]) if asked else None
    actions.open_with_contact(ctx, patient_id=person_id, unit_id=unit, person_id=staff, answer=answer)


def _form(ctx: Ctx, person_id: UUID, errors: Errors | None = None) -> Response:
    patient = people.get(ctx.session, person_id)
    if patient is None or patient.kind != "patient":
        raise NotFound
    there = agreements.open_of(ctx.session, person_id)
    mine = run_by(ctx.viewer.roles)
    return page(
        ctx,
        "opening/form.html",
        status=422 if errors else 200,
        errors=errors or {},
        patient=patient,
        there=there,
        ours=there is not None and there.unit_id in mine,
        answers=[*WAYS.items(), (NOT_ASKED, _l("Not asked yet"))],
        said_no_on=said_no(ctx.session, [person_id]).get(person_id),
        contacts=[(value, text) for value, _unit, _staff, text in choices(ctx, mine)],
    )
