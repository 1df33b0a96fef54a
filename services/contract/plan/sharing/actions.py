"""The verbs of sharing: show an activity to an outside party, and stop."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.people.living.actions import living
from services.contract.plan import store
from services.contract.plan.domain import Party
from services.contract.plan.sharing.tables import PlanShare
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l


def share(ctx: Ctx, activity_id: UUID, *, party: Party, recipient: str, allowed: bool) -> None:
    """Show the activity to an outside party. ``allowed`` is whether the patient has said yes to it: without that nothing
    is shared. Twice is once."""
    row = store.activity(ctx.session, activity_id)
    if row is None:
        raise NotFound
    living(ctx, row.patient_id)
    if not allowed:
        raise Refused(_l("The patient has not said yes to sharing this. Ask first."), field="recipient")
    values = {"patient_id": row.patient_id, "activity_id": row.id, "party": party, "recipient": recipient}
    values |= {"shared_by": ctx.viewer.person_id, "shared_at": ctx.now}
    ctx.session.execute(insert(PlanShare).values(values).on_conflict_do_nothing())


def stop_sharing(ctx: Ctx, patient_id: UUID, share_id: UUID) -> None:
    """The outside party sees it no more, from now on."""
    row = ctx.session.get(PlanShare, share_id, with_for_update=True)
    if row is None or row.patient_id != patient_id:
        raise NotFound
    row.ended_at = row.ended_at or ctx.now
