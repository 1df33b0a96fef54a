"""The end of a next contact on pages: how it went, or why it will not be, and what comes after."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import store
from services.contract.next_contact.closing import actions
from services.contract.next_contact.closing.schemas import NONE, EndForm, NextForm, then_from
from services.contract.next_contact.domain import Act, Side
from services.contract.next_contact.pages import CARE, by_contract, patient_of
from services.contract.next_contact.words.domain import words
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("next_closing", __name__, url_prefix="/contract/next-contact", template_folder="templates")
SAID = {"ended": _l("Saved. Both of you see what comes next.")}


@pages.get("/<uuid:contract_id>/end")
@policy("next_contact", "end", *CARE, about=by_contract, log="saw the next contact")
def end_form(ctx: Ctx, contract_id: UUID) -> Response:
    return _form(ctx, contract_id)


@pages.post("/<uuid:contract_id>/end")
@policy("next_contact", "end", *CARE, about=by_contract, log="noted how the next contact went")
def end(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(EndForm())
    return _form(ctx, contract_id, errors) if errors else _end(ctx, contract_id, Act(data["act"]), Side.CARE, data)


@pages.get("/<uuid:contract_id>/cancel")
@policy("next_contact", "cancel", Who.PATIENT, about=by_contract, log="saw the next contact")
def cancel_form(ctx: Ctx, contract_id: UUID) -> Response:
    return _form(ctx, contract_id)


@pages.post("/<uuid:contract_id>/cancel")
@policy("next_contact", "cancel", Who.PATIENT, about=by_contract, log="cancelled the next contact")
def cancel(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(NextForm())
    if errors:
        return _form(ctx, contract_id, errors)
    return _end(ctx, contract_id, Act.CANCEL_BY_PATIENT, Side.PATIENT, data)


def _end(ctx: Ctx, contract_id: UUID, act: Act, side: Side, data: dict[str, Any]) -> Response:
    then, seen = then_from(data), data["seen"]
    verb = partial(actions.end, ctx, contract_id, act, side, data["words"], then=then, seen=seen)
    if errors := tried(ctx, verb):
        return _form(ctx, contract_id, errors, status=409)
    return back(f"/contract/next-contact/{contract_id}", said="next_closing.ended")


def _form(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    row, own, patient = store.current(ctx.session, contract_id), Who.PATIENT in ctx.whos, patient_of(ctx)
    called = words(own=own)
    return page(
        ctx,
        "next_closing/form.html",
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        row=row,
        revision=row.revision if row else 0,
        starts=store.times(row).agreed if row else None,
        zone=zone_of(row.zone if row else patient.zone),
        patient=patient,
        for_patient=own,
        words=called,
        choices=[*called["kinds"].items(), (NONE, _l("No more contact"))],
        help_line=store.line(ctx, contract_id),
    )
