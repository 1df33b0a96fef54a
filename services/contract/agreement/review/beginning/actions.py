"""Begins reviews, and puts each before the named contact."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from services.contract.agreement import store as agreements
from services.contract.agreement.attention.actions import ask_for_attention
from services.contract.agreement.domain import State, may_move
from services.contract.agreement.missing.actions import note
from services.contract.agreement.review import store
from services.contract.agreement.review.domain import UNANSWERED_IN_A_ROW, Reason
from services.contract.agreement.review.tables import Review
from services.contract.agreement.tables import Contract
from services.contract.units.domain import HOME_ZONE
from shared.context import Ctx
from shared.policy import Who, policy, policy_of
from shared.service import ITSELF, Service
from shared.time import to_instant, to_local

MOST = 200
"""Reviews begun in one round; the rest has its turn in the next."""


def begin(ctx: Ctx, contract: Contract, reason: Reason) -> None:
    """Put an agreement in force under review, and in front of its named contact. One that is being written anew, or
    reviewed already, is being looked at: then only a no is news to the contact."""
    if may_move(State(contract.state), State.UNDER_REVIEW):
        contract.state = State.UNDER_REVIEW
        ctx.session.add(
            Review(contract_id=contract.id, reason=reason, opened_at=ctx.now, opened_by=ctx.viewer.person_id)
        )
        note(ctx, contract)
    elif reason is not Reason.QUESTION_NO:
        return
    ask_for_attention(ctx, contract, f"review_{reason}")


def look_again_after_handover(ctx: Ctx, contract_id: UUID) -> None:
    """A new named contact and the patient look at the agreement together."""
    _begin_in_force(ctx, contract_id, Reason.CONTACT_CHANGED)


def look_again_after_silence(ctx: Ctx, contract_id: UUID, in_a_row: int) -> None:
    """Somebody who no longer answers may have an agreement that no longer fits."""
    if in_a_row >= UNANSWERED_IN_A_ROW:
        _begin_in_force(ctx, contract_id, Reason.UNANSWERED)


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when the first agreement waits to be looked at again: its day began."""
    day = store.due_on(session, _home_day(now))
    return to_instant(datetime.combine(day, time()), HOME_ZONE) if day else None


@policy("review", "begin due", Who.SERVICE, log="noted that the day has come to look at the agreement again")
def begin_due(service: Service) -> int:
    """Begin the reviews whose day has come, each in a transaction of its own. Returns how many."""
    with service.act() as ctx:
        found = store.due(ctx.session, _home_day(ctx.now), MOST)
    for contract_id in found:
        with service.act(ITSELF, policy_of(begin_due)) as ctx:
            _begin_in_force(ctx, contract_id, Reason.TIME)
    return len(found)


def _begin_in_force(ctx: Ctx, contract_id: UUID, reason: Reason) -> None:
    contract = agreements.contract(ctx.session, contract_id, lock=True)
    if contract is not None and State(contract.state) is State.ACTIVE:
        begin(ctx, contract, reason)
        ctx.saw([contract.patient_id])


def _home_day(now: datetime) -> date:
    return to_local(now, HOME_ZONE).date()
