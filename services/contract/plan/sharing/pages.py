"""With whom the plan is shared, on a page of its own: what each outside party sees, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.delegates.consents.store import consent_stands
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import ALL_READ, CARE
from services.contract.plan import store as plans
from services.contract.plan.domain import OPEN, PRINCIPALS, Party, State, parties
from services.contract.plan.pages import by_activity, by_contract, patient_of, shown_to
from services.contract.plan.sharing import actions, store
from services.contract.plan.sharing.domain import SHARE
from services.contract.plan.sharing.schemas import ShareForm
from services.contract.plan.sharing.tables import PlanShare
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("plan_sharing", __name__, url_prefix="/contract/plan", template_folder="templates")
OUTSIDE = (*sorted(PRINCIPALS - {Party.REGION_UNIT}), Party.CIVIL_SOCIETY, Party.FAMILY)
SAID = {
    "shared": _l("Saved. They see this part of the plan."),
    "stopped": _l("Saved. They see it no more."),
}


def by_share(ctx: Ctx, contract_id: UUID, share_id: UUID) -> Subject | None:
    """The contract's subject, if it is that patient's plan, and of an activity that the viewer is shown."""
    row = ctx.session.get(PlanShare, share_id)
    return by_activity(ctx, contract_id, row.activity_id) if row else None


@pages.get("/<uuid:contract_id>/sharing")
@policy("plan", "read shares", Who.PATIENT, *ALL_READ, about=by_contract, log="saw with whom the plan is shared")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>/sharing")
@policy("plan", "share", Who.PATIENT, *CARE, about=by_contract, log="shared something in the plan")
def share(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(ShareForm())
    if errors:
        return _page(ctx, contract_id, errors)
    if by_activity(ctx, contract_id, data["activity_id"]) is None:
        return _page(ctx, contract_id, {"activity_id": [str(_l("Choose one from the list."))]})
    if errors := tried(ctx, partial(actions.share, ctx, allowed=may_share(ctx, data["recipient"]), **data)):
        return _page(ctx, contract_id, errors, status=409)
    return back(f"/contract/plan/{contract_id}/sharing", said="plan_sharing.shared")


@pages.post("/<uuid:contract_id>/sharing/<uuid:share_id>")
@policy("plan", "stop sharing", Who.PATIENT, *CARE, about=by_share, log="stopped sharing something in the plan")
def stop(ctx: Ctx, contract_id: UUID, share_id: UUID) -> Response:
    actions.stop_sharing(ctx, patient_of(ctx), share_id)
    return back(f"/contract/plan/{contract_id}/sharing", said="plan_sharing.stopped")


def may_share(ctx: Ctx, recipient: str) -> bool:
    """Patients share themselves; others what the patient has said yes to."""
    return Who.PATIENT in ctx.whos or consent_stands(ctx.session, patient_of(ctx), SHARE, recipient)


def shown_shares(ctx: Ctx, activity_ids: Collection[UUID]) -> list[PlanShare]:
    """What is shared now of the activities that the viewer is shown."""
    return [one for one in store.shares(ctx.session, patient_of(ctx)) if one.activity_id in activity_ids]


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    rows = [row for row in plans.activities(ctx.session, patient_of(ctx)) if shown_to(ctx, row)]
    titles = {row.id: row.title for row in rows}
    return page(
        ctx,
        "plan_sharing/show.html",
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=ctx.directory.person(ctx.session, patient_of(ctx)),
        for_patient=Who.PATIENT in ctx.whos,
        may_share=bool(ctx.whos & {Who.PATIENT, *CARE}),
        shares=shown_shares(ctx, titles.keys()),
        titles=titles,
        choices=[(str(row.id), row.title) for row in rows if State(row.state) in OPEN],
        outside=[(one, parties(own=False)[one]) for one in OUTSIDE],
        parties=parties(own=False),
        help_line=next_contacts.line(ctx, contract_id),
    )
