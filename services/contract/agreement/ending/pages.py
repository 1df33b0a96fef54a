"""Ending on a page: first everything that ends with it, then the button."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement import store as agreements
from services.contract.agreement.domain import State
from services.contract.agreement.ending import actions
from services.contract.agreement.ending.schemas import EndForm
from services.contract.agreement.reading.pages import by_contract
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import side_of
from services.contract.plan import store as plans
from services.contract.plan.domain import OPEN
from services.contract.plan.domain import State as Progress
from services.contract.plan.pages import shown_to
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("ending", __name__, url_prefix="/contract/ending", template_folder="templates")
SAID = {"ended": _l("The agreement is ended. You can start a new one when you want.")}
ENDERS = (Who.PATIENT, Who.CONTACT)


@pages.get("/<uuid:contract_id>")
@policy("agreement", "end", *ENDERS, about=by_contract, log="looked at what ends with the agreement")
def form(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("agreement", "end", *ENDERS, about=by_contract, log="ended the agreement")
def end(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(EndForm())
    errors = errors or tried(ctx, partial(actions.end, ctx, contract_id, side_of(ctx), data["reason"]))
    if errors:
        return _page(ctx, contract_id, errors)
    return back("/contract/home" if side_of(ctx) is Side.PATIENT else "/contract/agreement", said="ending.ended")


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None or State(contract.state) is State.ENDED:
        raise NotFound
    patient = ctx.directory.person(ctx.session, contract.patient_id)
    row = next_contacts.current(ctx.session, contract_id)
    activities = plans.activities(ctx.session, contract.patient_id)
    return page(
        ctx,
        "ending/form.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract=contract,
        patient=patient,
        zone=zone_of(patient.zone) if patient else None,
        agreed=next_contacts.times(row).agreed if row else None,
        planned=sum(Progress(one.state) in OPEN and shown_to(ctx, one) for one in activities),
        side=side_of(ctx),
        help_line=next_contacts.line(ctx, contract_id),
    )
