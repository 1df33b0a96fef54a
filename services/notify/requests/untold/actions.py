"""Asks whoever answers for the patient to tell them what no message could."""

from __future__ import annotations

from uuid import UUID, uuid5

import structlog

from services.notify.requests.asking.actions import open_to
from services.notify.requests.domain import Priority
from services.notify.requests.opening.actions import NEEDS, bring
from services.notify.requests.opening.domain import Need
from shared.context import Ctx

KIND = "break_glass"
log = structlog.get_logger()


def on_emergency_untold(ctx: Ctx, glass_id: UUID) -> None:
    """The patient's named contact tells them that somebody has opened their pages; without one, the unit that did it does."""
    glass = ctx.directory.glasses(ctx.session, [glass_id]).get(glass_id)
    if glass is None:
        return
    facts = next(iter(open_to(ctx, glass.patient_id)), None)
    key = f"{KIND}:{glass_id}"
    need = Need(
        request_id=uuid5(NEEDS, key),
        patient_id=glass.patient_id,
        unit_id=facts.unit.unit_id if facts else glass.unit_id,
        contract_id=facts.contract_id if facts else None,
        kind=KIND,
        priority=Priority.SOON,
        reason_key="break_glass.untold",
        subject=key,
        key=key,
        at=ctx.now,
        rule_made=True,
    )
    try:
        bring(ctx, need)
    except LookupError:
        log.error("nobody could be asked to tell a patient of an emergency", glass=str(glass_id))
