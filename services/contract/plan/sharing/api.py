"""With whom a plan is shared, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.next_contact.pages import ALL_READ, CARE
from services.contract.plan import store as plans
from services.contract.plan.pages import by_activity, by_contract, patient_of, shown_to
from services.contract.plan.sharing import actions
from services.contract.plan.sharing.pages import by_share, may_share, shown_shares
from services.contract.plan.sharing.schemas import ShareBody, ShareJson
from services.contract.plan.sharing.tables import PlanShare
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/plan/shares"
api = Door("plan_sharing", __name__, "What of a plan is shared with outside parties.", HERE)
BOTH = (Who.PATIENT, *CARE)
READERS = (Who.PATIENT, *ALL_READ)


def _standing(ctx: Ctx) -> list[PlanShare]:
    shown = {row.id for row in plans.activities(ctx.session, patient_of(ctx)) if shown_to(ctx, row)}
    return shown_shares(ctx, shown)


def _shown(row: PlanShare) -> dict[str, Any]:
    return {**{field: getattr(row, field, None) for field in ShareJson().fields}, "share_id": row.id}


def _share(ctx: Ctx, contract_id: UUID, share_id: UUID) -> dict[str, Any]:
    row = next((one for one in _standing(ctx) if one.id == share_id), None)
    if row is None:
        raise NotFound
    return _shown(row)


def _hold(ctx: Ctx, contract_id: UUID, share_id: UUID) -> None:
    ctx.session.get(PlanShare, share_id, with_for_update=True)


SHARE = Resource(ShareJson, of=_share, hold=_hold)


@api.list("", ShareJson)
@policy("plan", "read shares", *READERS, about=by_contract, log="saw with whom the plan is shared")
def list_shares(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[dict[str, Any]]:
    """What is shared now, the newest first; a yes taken back ends it at once."""
    page: Page = asked["page"]
    found = page.cut(_standing(ctx), lambda row: [str(row.id)])
    return Listed([_shown(row) for row in found.items], found.mark)


@api.create("", SHARE, ShareBody)
@policy("plan", "share", *BOTH, about=by_contract, log="shared something in the plan")
def share(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, UUID]:
    """Show an activity to an outside party. What staff share needs the patient's consent."""
    if by_activity(ctx, contract_id, data["activity_id"]) is None:
        raise Refused(_l("Choose one from the list."), field="activity_id")
    made = actions.share(ctx, allowed=may_share(ctx, data["recipient"]), **data)
    return {"contract_id": contract_id, "share_id": made}


@api.read("/<uuid:share_id>", SHARE)
@policy("plan", "read shares", *READERS, about=by_share, log="saw with whom the plan is shared")
def read_share(ctx: Ctx, contract_id: UUID, share_id: UUID) -> None:
    """One of them."""


@api.remove("/<uuid:share_id>", SHARE)
@policy("plan", "stop sharing", *BOTH, about=by_share, log="stopped sharing something in the plan")
def stop(ctx: Ctx, contract_id: UUID, share_id: UUID) -> None:
    """The outside party sees it no more."""
    actions.stop_sharing(ctx, patient_of(ctx), share_id)
