"""The verbs of the next contact: suggest a time, say yes to it, ask for another, end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.next_contact import store
from services.contract.next_contact.domain import (
    Act,
    Impossible,
    Kind,
    Side,
    State,
    Way,
    after,
    may_agree,
    window_holds,
)
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.telling.actions import ask_care, note, tell_cancelled, tell_time
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.time import to_instant, to_local

CHANGED: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that a contract's next step may say something else: called with the contract."""

LATER = _l("Choose a time that has not been yet.")
OUTSIDE = _l("That is outside the time you have agreed. Choose a day inside it.")
MOVED_ON = _l("This changed while you read. Load the page again and see what it says now.")


def suggest(ctx: Ctx, contract_id: UUID, side: Side, *, local: datetime, way: Way) -> UUID:
    """Suggest an exact time, a wall time where the patient lives. A time agreed before stands until this one is."""
    row = _open_row(ctx, contract_id, way)
    _check_time(ctx, row, local)
    act = Act.COUNTER if side is Side.PATIENT and row.suggested_by == Side.CARE else Act.SUGGEST
    row.way = way
    _suggest(row, side, to_local(to_instant(local, row.zone), row.zone))
    _do(ctx, row, act, side, local=row.suggested_local)
    if side is Side.PATIENT:
        ask_care(ctx, row, "time_suggested")
    _changed(ctx, contract_id)
    return row.id


def accept(ctx: Ctx, contract_id: UUID, side: Side, *, seen: datetime) -> None:
    """Say yes to the suggested time that was shown (``seen``): from now on it is the time both rely on."""
    row = _locked(ctx, contract_id)
    if row.suggested_local is None or row.suggested_local != seen:
        raise Refused(MOVED_ON)
    if row.suggested_by is None or not may_agree(Side(row.suggested_by), side):
        raise Refused(_l("You suggested this time yourself. Wait for the answer."))
    if to_instant(seen, row.zone) <= ctx.now:
        raise Refused(_l("That time has been. A new one is needed."))
    _do(ctx, row, Act.AGREE, side, local=seen, silent=True)
    row.starts_local, row.suggested_local, row.suggested_by, row.rounds = seen, None, None, 0
    row.version += 1
    _do(ctx, row, Act.BOOK, side, local=seen)
    tell_time(ctx, row)
    _changed(ctx, contract_id)


def ask_another(ctx: Ctx, contract_id: UUID, words: str) -> None:
    """The patient can't, or would rather have another time. Opens a request, so that somebody answers."""
    row = _locked(ctx, contract_id)
    act = Act.COUNTER if row.suggested_by == Side.CARE else Act.ASK_ANOTHER
    local = row.suggested_local or row.starts_local
    _do(ctx, row, act, Side.PATIENT, local=local, words=words)
    _suggest(row, Side.PATIENT, None)
    ask_care(ctx, row, "another_time")
    _changed(ctx, contract_id)


def end(ctx: Ctx, contract_id: UUID, act: Act, side: Side, words: str) -> None:
    """It took place, was missed, or will not be kept; what was planned for a cancelled one is void in all services."""
    row = _locked(ctx, contract_id)
    if act is Act.CANCEL_BY_CARE and not words:
        raise Refused(_l("Write why, so that the patient knows."), field="words")
    _do(ctx, row, act, side, local=row.starts_local, words=words)
    row.closed_at = ctx.now
    if act in {Act.CANCEL_BY_CARE, Act.CANCEL_BY_PATIENT}:
        tell_cancelled(ctx, row)
    if side is Side.PATIENT:
        ask_care(ctx, row, "cancelled")
    _changed(ctx, contract_id)


def give_up(ctx: Ctx, row: NextContact, act: Act, side: Side) -> None:
    """The contract it belongs to has ended, and the time with it."""
    _do(ctx, row, act, side, local=row.starts_local)
    row.closed_at = ctx.now
    tell_cancelled(ctx, row)
    ctx.session.flush()


def put_in_force(ctx: Ctx, contract_id: UUID) -> None:
    """The contract is active: from now on its times are told, the one that stands at once."""
    row = store.current(ctx.session, contract_id, lock=True)
    if row is not None and not row.in_force:
        row.in_force = True
        if store.is_held(row):
            tell_time(ctx, row)


def _open_row(ctx: Ctx, contract_id: UUID, way: Way) -> NextContact:
    """The next contact to come, made where there is none. Two who make one at once get the same."""
    facts = ctx.directory.covers_of(ctx.session, [contract_id]).get(contract_id)
    patient = ctx.directory.person(ctx.session, facts.patient_id) if facts else None
    if facts is None or patient is None:
        raise NotFound
    before = store.latest(ctx.session, contract_id)
    values = {
        "contract_id": contract_id,
        "patient_id": facts.patient_id,
        "unit_id": facts.unit.unit_id,
        "kind": Kind.EXACT,
        "way": way,
        "state": State.SUGGESTED,
        "zone": patient.zone,
        "in_force": before is not None and before.in_force,
    }
    ctx.session.execute(insert(NextContact).values(values).on_conflict_do_nothing())
    return _locked(ctx, contract_id)


def _locked(ctx: Ctx, contract_id: UUID) -> NextContact:
    row = store.current(ctx.session, contract_id, lock=True)
    if row is None:
        raise Refused(_l("There is no next time yet."))
    return row


def _check_time(ctx: Ctx, row: NextContact, local: datetime) -> None:
    if to_instant(local, row.zone) <= ctx.now:
        raise Refused(LATER, field="day")
    if not window_holds(local.date(), row.earliest, row.latest):
        raise Refused(OUTSIDE, field="day")


def _suggest(row: NextContact, side: Side, local: datetime | None) -> None:
    if row.suggested_by is not None and row.suggested_by != side:
        row.rounds += 1
    row.suggested_by, row.suggested_local = side, local


def _do(
    ctx: Ctx,
    row: NextContact,
    act: Act,
    side: Side,
    *,
    local: datetime | None,
    words: str = "",
    silent: bool = False,
) -> None:
    try:
        row.state = after(State(row.state), act)
    except Impossible as error:
        raise Refused(MOVED_ON) from error
    if not silent:
        note(ctx, row, act, side, by=ctx.viewer.person_id, local=local, words=words)


def _changed(ctx: Ctx, contract_id: UUID) -> None:
    ctx.session.flush()
    for react in CHANGED:
        react(ctx, contract_id)
