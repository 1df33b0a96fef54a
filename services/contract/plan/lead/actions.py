"""The verb that names who has the overall responsibility."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.people.living.actions import living
from services.contract.plan.conflicts.actions import look
from services.contract.plan.domain import PRINCIPALS, Party
from services.contract.plan.lead.store import lead_of
from services.contract.plan.lead.tables import PlanLead
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l


def name_lead(ctx: Ctx, patient_id: UUID, *, principal: Party, name: str, reach: str, seen: int | None = None) -> None:
    """Name the principal that has the overall responsibility. ``seen`` is the revision of what was shown, 0 for none."""
    if principal not in PRINCIPALS:
        raise Refused(_l("Choose one from the list."), field="principal")
    living(ctx, patient_id)
    start = {"principal": principal, "name": "", "reach": "", "named_at": ctx.now, "revision": 0}
    ctx.session.execute(insert(PlanLead).values(patient_id=patient_id, **start).on_conflict_do_nothing())
    row = lead_of(ctx.session, patient_id, lock=True)
    if row is None or seen not in (None, row.revision):
        raise Refused(_l("This changed while you read. Load the page again and see what it says now."))
    row.principal, row.name, row.reach = principal, name, reach
    row.named_by, row.named_at, row.revision = ctx.viewer.person_id, ctx.now, row.revision + 1
    ctx.session.flush()
    look(ctx, patient_id)
