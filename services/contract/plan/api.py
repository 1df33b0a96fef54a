"""The coordinated plan as JSON: everything that everybody does, and how far it has come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.next_contact.pages import CARE
from services.contract.plan import actions, store
from services.contract.plan.domain import State
from services.contract.plan.pages import by_activity, by_contract, patient_of, shown_to
from services.contract.plan.schemas import ActivityBody, ActivityJson, MoveBody
from services.contract.plan.tables import PlanActivity
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
    if row is None:
        raise NotFound
    return _shown(row)


def _hold(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> None:
    store.activity(ctx.session, activity_id, lock=True)


ACTIVITY = Resource(ActivityJson, of=_activity, hold=_hold)


@api.list("", ActivityJson)
@policy("plan", "read", Who.PATIENT, Who.DELEGATE, *CARE, about=by_contract, log="read the plan")
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
    return {"contract_id": contract_id, "activity_id": actions.add(ctx, patient_of(ctx), **data)}


@api.read("/<uuid:activity_id>", ACTIVITY)
@policy("plan", "read", Who.PATIENT, Who.DELEGATE, *CARE, about=by_activity, log="read the plan")
def read_activity(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> None:
    """One activity."""


@api.act("/<uuid:activity_id>/moves", ACTIVITY, MoveBody)
@policy("plan", "move", *CARE, about=by_activity, log="noted how far something in the plan has come")
def move(ctx: Ctx, data: dict[str, Any], contract_id: UUID, activity_id: UUID) -> None:
    """Say how far it has come."""
    actions.move(ctx, activity_id, State(data["state"]), data["reason"])
