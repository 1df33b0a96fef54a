"""Another contact: who, from which day on, and why; and what is planned moved or called off. A contact for their own
patients, an admin for the unit's: then without a word of the agreement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from marshmallow import Schema

from services.contract.named_contact import store
from services.contract.named_contact.changing.store import ahead, known, planned, zone_at
from services.contract.named_contact.load.store import loads, said
from services.contract.named_contact.planning import actions
from services.contract.named_contact.planning.schemas import CallOffForm, ChangeForm, MoveForm
from services.contract.named_contact.uncovered.pages import HERE as UNCOVERED
from services.contract.named_contact.uncovered.pages import by_cover
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.time import to_local, zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("planning", __name__, url_prefix="/contract/named-contact/change", template_folder="templates")
WHO = (Who.ADMIN, Who.CONTACT)
SAID = {
    "planned": _l("Saved. The patient sees who takes over, and from which day."),
    "now": _l("Saved. From now on somebody else answers for the patient."),
    "moved": _l("The day is changed. The patient sees that."),
    "called_off": _l("The change is called off. The patient sees that."),
}


@pages.get("/<uuid:contract_id>")
@policy("named_contact", "change", *WHO, about=by_cover, log="looked for another contact for you")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    check_own(ctx, contract_id)
    return _show(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("named_contact", "change", *WHO, about=by_cover, log="chose who your next contact is")
def change(ctx: Ctx, contract_id: UUID) -> Response:
    return _act(
        ctx, contract_id, ChangeForm(), partial(actions.change_contact, ctx, contract_id=contract_id), "planned"
    )


@pages.post("/<uuid:contract_id>/move")
@policy("named_contact", "change", *WHO, about=by_cover, log="moved the day of your next contact")
def move(ctx: Ctx, contract_id: UUID) -> Response:
    return _act(ctx, contract_id, MoveForm(), partial(actions.move_change, ctx, contract_id), "moved")


@pages.post("/<uuid:contract_id>/call-off")
@policy("named_contact", "change", *WHO, about=by_cover, log="called off a change of your contact")
def call_off(ctx: Ctx, contract_id: UUID) -> Response:
    def act(why_not: str) -> None:
        actions.call_off(ctx, contract_id, why=why_not)

    return _act(ctx, contract_id, CallOffForm(), act, "called_off")


def check_own(ctx: Ctx, contract_id: UUID) -> None:
    """Who stands beside the contact, or in for them, does not say who the contact is."""
    contact = known(ctx, contract_id)
    if Who.ADMIN not in ctx.whos and (contact is None or contact.person_id != ctx.viewer.person_id):
        raise NotFound


def _act(ctx: Ctx, contract_id: UUID, form: Schema, act: Callable[..., None], done: str) -> Response:
    check_own(ctx, contract_id)
    data, errors = read_form(form)
    errors = errors or tried(ctx, partial(_as_seen, ctx, contract_id, act, data))
    if errors:
        return _show(ctx, contract_id, errors)
    change = planned(ctx.session, contract_id)
    if done != "called_off" and (change is None or change.starts <= ctx.now):
        here = UNCOVERED if Who.ADMIN in ctx.whos else f"/contract/patient/{contract_id}"
        return back(here, said="planning.now")
    return back(url_for(".show", contract_id=contract_id), said=f"planning.{done}")


def _as_seen(ctx: Ctx, contract_id: UUID, act: Callable[..., None], data: dict[str, Any]) -> None:
    """Do it if the page showed what still holds."""
    store.cover(ctx.session, contract_id)
    if data.pop("seen") not in (None, _shown(ctx, contract_id)):
        raise Refused(_l("Somebody has changed this meanwhile. Here you see what holds now."))
    act(**data)


def _shown(ctx: Ctx, contract_id: UUID) -> str:
    """What the page is about, as its form sends it back: the contact, and what is planned."""
    contact, change = known(ctx, contract_id), planned(ctx.session, contract_id)
    return " ".join(
        [str(contact.person_id) if contact else "", *([str(change.id), change.starts.isoformat()] if change else ())]
    )


def _show(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    kept = store.cover_as_is(ctx.session, contract_id)
    if kept is None or kept.ended_at:
        raise NotFound
    contact, patient = known(ctx, contract_id), ctx.directory.person(ctx.session, kept.patient_id)
    change, zone = ahead(ctx, contract_id), zone_at(ctx, contract_id)
    present = contact.person_id if contact else None
    return page(
        ctx,
        "planning/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=patient.name if patient else "",
        own=present == ctx.viewer.person_id,
        contact=contact.name if contact else None,
        change=change if change and not change.called_off else None,
        zone=zone_of(zone),
        today=to_local(ctx.now, zone).date(),
        seen=_shown(ctx, contract_id),
        staff=[(one.person_id, said(one)) for one in loads(ctx, [kept.unit_id]) if one.person_id != present],
    )
