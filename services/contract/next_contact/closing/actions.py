"""The verbs that end a next contact: one says in the same act what comes after it, one goes with the contract."""

from __future__ import annotations

from uuid import UUID

from services.contract.next_contact import store
from services.contract.next_contact.actions import changed, do, locked
from services.contract.next_contact.closing.domain import Then
from services.contract.next_contact.domain import ON_THE_WEB, Act, Said, Side, may_end
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.telling.actions import ask_care, tell_cancelled
from services.contract.next_contact.terms.actions import propose
from services.contract.next_contact.watching.store import watch
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l

NO_NEXT = _l("Say what comes next, or write why there is no more contact.")


def end(
    ctx: Ctx,
    contract_id: UUID,
    act: Act,
    side: Side,
    words: str,
    *,
    then: Then,
    seen: int | None = None,
    said: Said = ON_THE_WEB,
) -> None:
    """It took place, was missed, or will not be kept; what was planned for a cancelled one is void in all services.
    Nothing ends without the next step or a reason why there is none."""
    row = locked(ctx, contract_id, seen)
    _check(ctx, row, act, words)
    if not then.is_said:
        raise Refused(NO_NEXT, field="next")
    do(ctx, row, act, side, local=row.starts_local, words=words, said=said)
    row.closed_at, row.no_more = ctx.now, "" if then.terms else then.why_none
    if act in {Act.CANCEL_BY_CARE, Act.CANCEL_BY_PATIENT}:
        tell_cancelled(ctx, row)
    if side is Side.PATIENT:
        ask_care(ctx, row, "cancelled")
    changed(ctx, row)
    if then.terms is not None:
        propose(ctx, contract_id, side, then.terms, local=then.local, said=said)


def give_up(ctx: Ctx, row: NextContact, act: Act, side: Side) -> None:
    """The contract it belongs to has ended, and the time with it."""
    do(ctx, row, act, side, local=row.starts_local)
    row.closed_at = ctx.now
    watch(row)
    tell_cancelled(ctx, row)
    ctx.session.flush()


def _check(ctx: Ctx, row: NextContact, act: Act, words: str) -> None:
    if act is Act.CANCEL_BY_CARE and not words:
        raise Refused(_l("Write why, so that the patient knows."), field="words")
    if may_end(act, agreed=row.agreed_at is not None, starts=store.times(row).agreed, now=ctx.now):
        return
    if act is Act.CANCEL_BY_PATIENT:
        raise Refused(_l("That time has been, so it can't be cancelled. Ask for a new one instead."))
    if act is Act.CANCEL_BY_CARE:
        raise Refused(_l("That time has been. Say how it went instead."), field="act")
    text = _l("Nothing has been agreed yet, so there is nothing to note.")
    raise Refused(_l("That time has not been yet.") if row.starts_local else text, field="act")
