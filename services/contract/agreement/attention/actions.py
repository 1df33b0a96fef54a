"""That somebody must look at an agreement, and why."""

from __future__ import annotations

from uuid import UUID

from services.contract.agreement.tables import Contract
from shared.context import Ctx
from shared.events import ContractAttentionNeeded


def ask_for_attention(ctx: Ctx, contract: Contract, reason: str, *, asker: UUID | None = None) -> None:
    """Tell it; what is asked of one patient's agreement joins one request. ``asker``: the person who asks, if somebody does."""
    ctx.tell(
        ContractAttentionNeeded(
            patient_id=contract.patient_id,
            contract_id=contract.id,
            unit_id=contract.unit_id,
            kind="agreement",
            priority="routine",
            reason_key=f"agreement.{reason}",
            subject=f"agreement:{contract.id}",
            dedup_key=f"agreement:{contract.patient_id}",
            at=ctx.now,
            on_behalf_of=asker if asker != contract.patient_id else None,
        )
    )
