"""The verb of ending. What stood in the agreement stays readable, and a new one can begin with its words."""

from __future__ import annotations

from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.actions import locked
from services.contract.agreement.domain import State
from services.contract.agreement.joining.domain import check_going
from services.contract.agreement.missing.actions import note
from services.contract.agreement.review import actions as reviews
from services.contract.agreement.review.domain import Outcome
from services.contract.named_contact import actions as named_contacts
from services.contract.next_contact import store as next_steps
from services.contract.next_contact.closing.actions import give_up
from services.contract.next_contact.domain import Act, Side
from shared.context import Ctx
from shared.errors import Refused
from shared.events import ContractEnded
from shared.i18n import _l


def end(ctx: Ctx, contract_id: UUID, side: Side, reason: str) -> None:
    """The agreement holds no longer. The time that was agreed in it is cancelled, its named contacts and its review end
    with it; others are told in the same transaction. Ending it twice is harmless.

    Raises ``Refused`` when the care gives no reason. The patient needs none.
    """
    waiting = next_steps.current(ctx.session, contract_id, lock=True)
    contract = locked(ctx, contract_id)
    if State(contract.state) is State.ENDED:
        return
    if side is Side.CARE and not reason:
        raise Refused(_l("Write why, so that the patient knows."), field="reason")
    if waiting is not None:
        give_up(ctx, waiting, Act.CANCEL_BY_PATIENT if side is Side.PATIENT else Act.CANCEL_BY_CARE, side)
    reviews.close_with(ctx, contract_id, Outcome.ENDED)
    contract.state, contract.ended_at, contract.ended_by = State.ENDED, ctx.now, ctx.viewer.person_id
    contract.end_reason = reason
    note(ctx, contract)
    named_contacts.end_cover(ctx, contract_id)
    ctx.tell(ContractEnded(contract_id=contract_id, patient_id=contract.patient_id, unit_id=contract.unit_id))


def refuse_after_end(ctx: Ctx, contract_id: UUID) -> None:
    """No time begins in an agreement that has ended. Waits for an end that is under way."""
    contract = store.contract(ctx.session, contract_id, lock=True)
    if contract is not None:
        check_going(State(contract.state))
