"""Writing in the plan on pages: add an activity, change one, take one on."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import CARE
from services.contract.plan import store
from services.contract.plan.domain import STATES, parties
from services.contract.plan.pages import attempt, by_activity, by_contract, by_writable, goals_of, patient_of
from services.contract.plan.schemas import AcceptForm, AddForm, EditForm, KeepForm
from services.contract.plan.tables import PlanActivity
from services.contract.plan.writing import actions
from services.contract.plan.writing.domain import KINDS, Draft
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("plan_writing", __name__, url_prefix="/contract/plan", template_folder="templates")
SAID = {"changed": _l("Saved. Both of you see it in the plan.")}
FIELDS = {
    "title": _l("What?"),
    "kind": _l("What kind?"),
    "party": _l("Who is responsible?"),
    "responsible": _l("Name, if you know it"),
    "reach": _l("How to reach them"),
    "goal_id": _l("The goal it serves"),
    "on_date": _l("Day, or the first one"),
    "until": _l("Last day, if there are several"),
    "clock": _l("Time, if it has one"),
    "minutes": _l("Minutes"),
    "place": _l("Place"),
}
"""What the fields of an activity are called."""

ONLY_OURS = {"own": True, "all": False, None: None}


@pages.post("/<uuid:contract_id>")
@policy("plan", "add", Who.PATIENT, *CARE, about=by_contract, log="added to the plan")
def add(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(AddForm())
    act = partial(_add, ctx, data) if data else None
    return attempt(ctx, contract_id, act, errors, "plan.added")


@pages.get("/<uuid:contract_id>/<uuid:activity_id>/edit")
@policy("plan", "edit", Who.PATIENT, *CARE, about=by_writable, log="read the plan")
def edit_form(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Response:
    return _form(ctx, contract_id, activity_id)


@pages.post("/<uuid:contract_id>/<uuid:activity_id>/edit")
@policy("plan", "edit", Who.PATIENT, *CARE, about=by_writable, log="changed something in the plan")
def edit(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Response:
    data, errors = read_form(EditForm())
    if errors:
        return _form(ctx, contract_id, activity_id, errors)
    seen = data.pop("seen")
    if errors := tried(ctx, partial(actions.edit, ctx, activity_id, Draft(**data), seen=seen)):
        return _form(ctx, contract_id, activity_id, errors, status=409)
    return back(f"/contract/plan/{contract_id}", said="plan_writing.changed")


@pages.post("/<uuid:contract_id>/<uuid:activity_id>/accept")
@policy("plan", "accept", *CARE, about=by_activity, log="took something in the plan on")
def accept(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Response:
    data, errors = read_form(AcceptForm())
    act = partial(actions.accept, ctx, activity_id, seen=data.get("seen"))
    return attempt(ctx, contract_id, act, errors, "plan.changed")


@pages.post("/<uuid:contract_id>/<uuid:activity_id>/private")
@policy("plan", "keep private", Who.PATIENT, about=by_activity, log="chose whether helpers see something in the plan")
def keep(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Response:
    data, errors = read_form(KeepForm())
    act = partial(actions.keep, ctx, activity_id, data["private"], seen=data["seen"]) if data else None
    return attempt(ctx, contract_id, act, errors, "plan.kept" if data.get("private") else "plan.shown")


def _add(ctx: Ctx, data: dict[str, Any]) -> None:
    only_ours = ONLY_OURS[data.pop("seen_by")]
    actions.add(ctx, patient_of(ctx), only_ours=only_ours, **data)


def _form(ctx: Ctx, contract_id: UUID, activity_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    """The form with what was typed; where somebody else has changed the activity meanwhile, with what stands now too."""
    row = store.activity(ctx.session, activity_id, lock=True)
    if row is None:
        raise NotFound
    history = store.history(ctx.session, activity_id)
    return page(
        ctx,
        "plan_writing/form.html",
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        row=row,
        conflict=status == 409,
        history=history,
        people=ctx.directory.people(ctx.session, {change.by for change in history if change.by}),
        patient=ctx.directory.person(ctx.session, patient_of(ctx)),
        for_patient=Who.PATIENT in ctx.whos,
        parties=parties(own=Who.PATIENT in ctx.whos),
        kinds=KINDS,
        fields=FIELDS,
        states=STATES,
        goals=goals_of(ctx, contract_id),
        help_line=next_contacts.line(ctx, contract_id),
        now_says=_says(row),
    )


def _says(row: PlanActivity) -> dict[str, str]:
    """The fields that have something in them, as text."""
    return {name: str(value) for name in FIELDS if (value := getattr(row, name)) not in (None, "")}
