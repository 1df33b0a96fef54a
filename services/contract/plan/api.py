"""The coordinated plan as JSON: everything that everybody does, and how far it has come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.next_contact.pages import ALL_READ, CARE
from services.contract.plan import actions, store
from services.contract.plan.conflicts import store as conflicts
from services.contract.plan.domain import State
from services.contract.plan.lead.actions import name_lead
from services.contract.plan.lead.store import lead_of
from services.contract.plan.pages import by_activity, by_contract, by_writable, patient_of, shown_to
from services.contract.plan.schemas import ActivityBody, ActivityJson, LeadBody, LeadJson, MoveBody, PrivacyBody
from services.contract.plan.tables import PlanActivity
from services.contract.plan.writing import actions as writing
from services.contract.plan.writing.domain import Draft
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("plan", __name__, "What everybody does for the patient.", "/contracts/<uuid:contract_id>/plan")


def _shown(row: PlanActivity) -> dict[str, Any]:
    return {**{field: getattr(row, field, None) for field in ActivityJson().fields}, "activity_id": row.id}


def _activity(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> dict[str, Any]:
    row = store.activity(ctx.session, activity_id)
    if row is None or not shown_to(ctx, row):
        raise NotFound
    return _shown(row)


def _hold(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> None:
    store.activity(ctx.session, activity_id, lock=True)


ACTIVITY = Resource(ActivityJson, of=_activity, hold=_hold)


@api.list("", ActivityJson)
@policy("plan", "read", Who.PATIENT, Who.DELEGATE, *ALL_READ, about=by_contract, log="read the plan")
def list_activities(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[dict[str, Any]]:
    """First what has a day, by day; without what the viewer's unit is not shown."""
    page: Page = asked["page"]
    rows = [row for row in store.activities(ctx.session, patient_of(ctx)) if shown_to(ctx, row)]
    found = page.cut(rows, lambda row: [str(row.id)])
    return Listed([_shown(row) for row in found.items], found.mark)


@api.create("", ACTIVITY, ActivityBody)
@policy("plan", "add", Who.PATIENT, *CARE, about=by_contract, log="added to the plan")
def add_activity(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, UUID]:
    """Add something to the plan."""
    return {"contract_id": contract_id, "activity_id": writing.add(ctx, patient_of(ctx), **data)}


@api.read("/<uuid:activity_id>", ACTIVITY)
@policy("plan", "read", Who.PATIENT, Who.DELEGATE, *ALL_READ, about=by_activity, log="read the plan")
def read_activity(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> None:
    """One activity."""


@api.change("/<uuid:activity_id>", ACTIVITY, ActivityBody)
@policy("plan", "edit", Who.PATIENT, *CARE, about=by_writable, log="changed something in the plan")
def change_activity(ctx: Ctx, data: dict[str, Any], contract_id: UUID, activity_id: UUID) -> None:
    """Let the activity say exactly this."""
    seen = actions.held(ctx, activity_id, None).revision
    writing.edit(ctx, activity_id, Draft(**data), seen=seen)


@api.act("/<uuid:activity_id>/acceptance", ACTIVITY)
@policy("plan", "accept", *CARE, about=by_activity, log="took something in the plan on")
def accept(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> None:
    """Whoever is responsible has taken it on."""
    writing.accept(ctx, activity_id)


@api.act("/<uuid:activity_id>/privacy", ACTIVITY, PrivacyBody)
@policy("plan", "keep private", Who.PATIENT, about=by_activity, log="chose whether helpers see something in the plan")
def keep(ctx: Ctx, data: dict[str, Any], contract_id: UUID, activity_id: UUID) -> None:
    """The patient keeps it from those who help, or shows it to them again."""
    writing.keep(ctx, activity_id, data["private"])


@api.act("/<uuid:activity_id>/moves", ACTIVITY, MoveBody)
@policy("plan", "move", *CARE, about=by_activity, log="noted how far something in the plan has come")
def move(ctx: Ctx, data: dict[str, Any], contract_id: UUID, activity_id: UUID) -> None:
    """Say how far it has come."""
    actions.move(ctx, activity_id, State(data["state"]), data["reason"])


def _lead(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    row = lead_of(ctx.session, patient_of(ctx))
    nobody = {**dict.fromkeys(LeadJson().fields), "revision": 0}
    return {name: getattr(row, name) for name in nobody} if row else nobody


def _hold_lead(ctx: Ctx, contract_id: UUID) -> None:
    conflicts.one_at_a_time(ctx.session, patient_of(ctx))


LEAD = Resource(LeadJson, of=_lead, hold=_hold_lead)


@api.read("/lead", LEAD)
@policy("plan", "read", Who.PATIENT, Who.DELEGATE, *ALL_READ, about=by_contract, log="read the plan")
def read_lead(ctx: Ctx, contract_id: UUID) -> None:
    """Who has the overall responsibility."""


@api.change("/lead", LEAD, LeadBody)
@policy("plan", "name lead", *CARE, about=by_contract, log="named who has the overall responsibility for the plan")
def change_lead(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Name the principal with the overall responsibility."""
    name_lead(ctx, patient_of(ctx), **data)
