"""The plan as one timeline: everything that everybody does, who is responsible, and how far it has come."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import CARE
from services.contract.plan import actions, store
from services.contract.plan.domain import MOVES, OPEN, STATES, State, is_visible, parties
from services.contract.plan.schemas import ActivityForm, MoveForm
from services.contract.plan.tables import PlanActivity
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("plan", __name__, url_prefix="/contract/plan", template_folder="templates")

SAID = {"added": _l("Saved. It stands in the plan now."), "moved": _l("Saved. Both of you see it in the plan.")}


def by_contract(ctx: Ctx, contract_id: UUID) -> Subject | None:
    return next_contacts.subject(ctx, contract_id, "see_plan")


def by_activity(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Subject | None:
    """The contract's subject, if the activity is that patient's and the viewer is shown it."""
    subject, row = by_contract(ctx, contract_id), store.activity(ctx.session, activity_id)
    return subject if subject and row and row.patient_id == subject.patient_id and shown_to(ctx, row) else None


@pages.get("")
@policy("plan", "find", Who.PATIENT)
def own(ctx: Ctx) -> Response:
    mine = ctx.directory.contracts_of(ctx.session, ctx.viewer.person_id) if ctx.viewer.person_id else []
    return back(f"/contract/plan/{mine[0]}" if mine else "/contract/agreement")


@pages.get("/<uuid:contract_id>")
@policy("plan", "read", Who.PATIENT, Who.DELEGATE, *CARE, about=by_contract, log="read the plan")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("plan", "add", Who.PATIENT, *CARE, about=by_contract, log="added to the plan")
def add(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(ActivityForm())
    if errors:
        return _page(ctx, contract_id, errors)
    actions.add(ctx, patient_of(ctx), **data)
    return back(f"/contract/plan/{contract_id}", said="plan.added")


@pages.post("/<uuid:contract_id>/<uuid:activity_id>")
@policy("plan", "move", *CARE, about=by_activity, log="noted how far something in the plan has come")
def move(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Response:
    data, errors = read_form(MoveForm())
    if errors:
        return _page(ctx, contract_id, errors)
    try:
        actions.move(ctx, activity_id, State(data["state"]), data["reason"])
    except Refused as refused:
        return _page(ctx, contract_id, {refused.field or "main": [cast(str, refused.text)]}, status=409)
    return back(f"/contract/plan/{contract_id}", said="plan.moved")


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    rows = [row for row in store.activities(ctx.session, patient_of(ctx)) if shown_to(ctx, row)]
    patient = ctx.directory.person(ctx.session, patient_of(ctx))
    return page(
        ctx,
        "plan/timeline.html",
        status=status if errors else 200,
        errors=errors or {},
        help_line=next_contacts.line(ctx, contract_id),
        contract_id=contract_id,
        patient=patient,
        coming=[row for row in rows if State(row.state) in OPEN],
        over=[row for row in rows if State(row.state) not in OPEN],
        moves={state.value: [(to.value, STATES[to]) for to in State if to in MOVES[state]] for state in State},
        for_patient=bool(ctx.whos & {Who.PATIENT, Who.DELEGATE}),
        may_move=bool(ctx.whos & set(CARE)),
        may_add=bool(ctx.whos & {Who.PATIENT, *CARE}),
        parties=parties(own=Who.PATIENT in ctx.whos),
        states=STATES,
    )


def patient_of(ctx: Ctx) -> UUID:
    if ctx.subject is None or ctx.subject.patient_id is None:
        raise NotFound
    return ctx.subject.patient_id


def shown_to(ctx: Ctx, row: PlanActivity) -> bool:
    """Patients see all of their plan; staff what their unit is shown (K21)."""
    if ctx.viewer.person_id == row.patient_id:
        return True
    return is_visible(map(UUID, row.visible_to), (role.unit_id for role in ctx.viewer.roles))
