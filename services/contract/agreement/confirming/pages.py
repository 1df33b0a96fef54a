"""The buttons under an agreement: I agree, I want to change something, I don't understand this."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement.confirming import actions
from services.contract.agreement.domain import State
from services.contract.agreement.reading.pages import agreement_page, by_contract, may_confirm
from services.contract.agreement.schemas import AskForm, ConfirmForm, ToldForm
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import CARE
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.forms import read_form
from shared.web.pages import back

pages = Blueprint("confirming", __name__, url_prefix="/contract/agreement")

SAID = {
    "proposed": _l("Your yes is saved. The agreement begins when the other side has said yes too."),
    "active": _l("Both of you have said yes. The agreement is in force from now."),
    "asked": _l("Your question is saved. Your contact gets it, and the answer comes under My questions."),
    "asked_for": _l("The question is saved. The contact gets it. The patient sees the answer."),
    "noted": _l("Saved. The patient sees it on the agreement."),
}


def side_of(ctx: Ctx) -> Side:
    """Whoever acts for the patient acts on the patient's side, in their own name."""
    return Side.PATIENT if ctx.whos & {Who.PATIENT, Who.DELEGATE} else Side.CARE


@pages.post("/<uuid:contract_id>/confirm")
@policy(
    "agreement", "confirm", Who.PATIENT, Who.DELEGATE, Who.CONTACT, about=by_contract, log="agreed to the agreement"
)
def confirm(ctx: Ctx, contract_id: UUID) -> Response:
    """Exactly the text that was shown; another text by now is shown instead."""
    if not may_confirm(ctx):
        raise NotFound
    data, errors = read_form(ConfirmForm())
    if errors:
        return agreement_page(ctx, contract_id, errors)
    return _try(ctx, contract_id, partial(actions.confirm, ctx, contract_id, side_of(ctx), **data))


@pages.post("/<uuid:contract_id>/told")
@policy("agreement", "note confirming", Who.CONTACT, about=by_contract, log="wrote down that the patient agreed")
def told(ctx: Ctx, contract_id: UUID) -> Response:
    """The contact never agrees for the patient: this writes down how and when the patient did."""
    data, errors = read_form(ToldForm())
    if errors:
        return agreement_page(ctx, contract_id, errors)
    return _try(ctx, contract_id, partial(actions.confirm, ctx, contract_id, Side.PATIENT, **data))


@pages.post("/<uuid:contract_id>/ask")
@policy("agreement", "ask", Who.PATIENT, Who.DELEGATE, *CARE, about=by_contract, log="asked about the agreement")
def ask(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(AskForm())
    if errors:
        return agreement_page(ctx, contract_id, errors)
    actions.ask(ctx, contract_id, side_of(ctx), **data)
    said = "noted" if side_of(ctx) is Side.CARE else ("asked" if Who.PATIENT in ctx.whos else "asked_for")
    return back(f"/contract/agreement/{contract_id}", said=f"confirming.{said}")


def _try(ctx: Ctx, contract_id: UUID, act: Callable[[], State]) -> Response:
    """The yes, or the page as it is now with why not, and nothing changed."""
    try:
        with ctx.session.begin_nested():
            state = act()
    except Refused as refused:
        return agreement_page(ctx, contract_id, {"main": [cast(str, refused.text)]}, status=409)
    said = "active" if state is State.ACTIVE else "proposed"
    return back(f"/contract/agreement/{contract_id}", said=f"confirming.{said}")
