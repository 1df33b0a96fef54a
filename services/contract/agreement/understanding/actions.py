"""The verb of teach-back: write down what came through."""

from __future__ import annotations

from uuid import UUID

from services.contract.agreement.actions import locked
from services.contract.agreement.domain import State
from services.contract.agreement.understanding.domain import Understood
from services.contract.agreement.understanding.tables import TeachBack
from shared.context import Ctx
from shared.errors import NotFound


def note(
    ctx: Ctx, contract_id: UUID, *, asked: str, patient_words: str, understood: Understood, explained_again: str = ""
) -> int:
    """Write down one teach-back. Returns its id; ``NotFound`` for an agreement that has ended."""
    by = ctx.viewer.person_id
    if State(locked(ctx, contract_id).state) is State.ENDED or by is None:
        raise NotFound
    row = TeachBack(
        contract_id=contract_id,
        asked=asked,
        patient_words=patient_words,
        understood=understood,
        explained_again=explained_again,
        by=by,
        at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row.id
