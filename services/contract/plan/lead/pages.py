"""Who has the overall responsibility, and when the patient can't come: two short forms on the plan's page."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact.pages import CARE
from services.contract.plan.conflicts import actions as conflicts
from services.contract.plan.conflicts.schemas import NotThenForm
from services.contract.plan.lead import actions
from services.contract.plan.lead.schemas import LeadForm
from services.contract.plan.pages import attempt, by_contract, patient_of
from shared.context import Ctx
from shared.policy import Subject, Who, policy
from shared.web.forms import read_form

pages = Blueprint("plan_lead", __name__, url_prefix="/contract/plan")


def by_not_then(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> Subject | None:
    return by_contract(ctx, contract_id)


@pages.post("/<uuid:contract_id>/lead")
@policy("plan", "name lead", *CARE, about=by_contract, log="named who has the overall responsibility for the plan")
def name_lead(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(LeadForm())
    act = partial(actions.name_lead, ctx, patient_of(ctx), **data) if data else None
    return attempt(ctx, contract_id, act, errors, "plan.changed")


@pages.post("/<uuid:contract_id>/not-then")
@policy("plan", "say not then", Who.PATIENT, *CARE, about=by_contract, log="noted when the patient can't come")
def say_not_then(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(NotThenForm())
    act = partial(conflicts.say_not_then, ctx, patient_of(ctx), **data) if data else None
    return attempt(ctx, contract_id, act, errors, "plan.changed")


@pages.post("/<uuid:contract_id>/not-then/<uuid:not_then_id>")
@policy("plan", "take back not then", Who.PATIENT, *CARE, about=by_not_then, log="noted when the patient can come")
def take_back(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> Response:
    act = partial(conflicts.take_back_not_then, ctx, patient_of(ctx), not_then_id)
    return attempt(ctx, contract_id, act, {}, "plan.changed")
