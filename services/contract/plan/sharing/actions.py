"""The verbs of sharing: show an activity to an outside party, and stop."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.people.living.actions import living
from services.contract.plan import store
from services.contract.plan.domain import Party
from services.contract.plan.sharing.store import open_share
from services.contract.plan.sharing.tables import PlanShare
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l


def share(ctx: Ctx, activity_id: UUID, *, party: Party, recipient: str, allowed: bool) -> UUID:
    """Show the activity to an outside party. ``allowed`` is whether the patient has said yes to it: without that nothing
    is shared. Twice is once, and what the patient shares stays shared by the patient. Returns what is shared."""
    row = store.activity(ctx.session, activity_id)
    if row is None:
        raise NotFound
    living(ctx, row.patient_id)
    if not allowed:
        raise Refused(_l("The patient has not said yes to sharing this. Ask first."), field="recipient")
    values = {"patient_id": row.patient_id, "activity_id": row.id, "party": party, "recipient": recipient}
    values |= {"shared_by": ctx.viewer.person_id, "shared_at": ctx.now}
    taken_over = insert(PlanShare).values(values)
    taken_over = taken_over.on_conflict_do_update(
        index_elements=["activity_id", "party", "recipient"],
        index_where=PlanShare.ended_at.is_(None),
        set_={"shared_by": taken_over.excluded.shared_by, "shared_at": taken_over.excluded.shared_at},
        where=PlanShare.shared_by.is_distinct_from(row.patient_id),
    )
    ctx.session.execute(taken_over)
    return open_share(ctx.session, row.id, party, recipient)


def stop_sharing(ctx: Ctx, patient_id: UUID, share_id: UUID) -> None:
    """The outside party sees it no more, from now on."""
    row = ctx.session.get(PlanShare, share_id, with_for_update=True)
    if row is None or row.patient_id != patient_id:
        raise NotFound
    row.ended_at = row.ended_at or ctx.now
