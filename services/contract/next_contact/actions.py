"""The verbs of the next contact: suggest a time, say yes to it, ask for another, give it up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.next_contact import store
from services.contract.next_contact.domain import (
    ON_THE_WEB,
    Act,
    Impossible,
    Kind,
    Said,
    Side,
    State,
    Way,
    after,
    may_agree,
    window_holds,
)
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.telling.actions import ask_care, note, tell_seen_to, tell_time
from services.contract.next_contact.terms.store import put_terms, waiting_terms
from services.contract.next_contact.watching.store import watch
from services.contract.people.living.actions import living
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.time import to_instant, to_local

CHANGED: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that a contract's next step may say something else: called with the contract."""
LATER = _l("Choose a time that has not been yet.")
OUTSIDE = _l("That is outside the time you have agreed. Choose a day inside it.")
MOVED_ON = _l("This changed while you read. Load the page again and see what it says now.")


def suggest(
    ctx: Ctx,
    contract_id: UUID,
    side: Side,
    *,
    local: datetime,
    way: Way,
    minutes: int | None = None,
    seen: int | None = None,
    said: Said = ON_THE_WEB,
) -> UUID:
    """Suggest an exact time, a wall time where the patient lives, inside the window if there is one. A time agreed
    before stands until this one is. ``seen`` is the revision of what was shown; another by now is refused."""
    row = open_row(ctx, contract_id, way, seen=seen)
    check_time(ctx, row, local)
    if not window_holds(local.date(), row.earliest, row.latest):
        raise Refused(OUTSIDE, field="day")
    row.way, row.waiting_terms, row.suggested_minutes = way, None, minutes
    put_forward(ctx, row, side, local, said=said)
    return row.id


def put_forward(ctx: Ctx, row: NextContact, side: Side, local: datetime | None, *, said: Said) -> None:
    """Let this be what one side suggests and the other may say yes to; the patient's wish is put before a person."""
    act = Act.COUNTER if side is Side.PATIENT and row.suggested_by == Side.CARE else Act.SUGGEST
    _suggest(row, side, to_local(to_instant(local, row.zone), row.zone) if local else None)
    do(ctx, row, act, side, local=row.suggested_local, said=said)
    if side is Side.PATIENT:
        ask_care(ctx, row, "time_suggested")
    else:
        tell_seen_to(ctx, row)
    changed(ctx, row)


def accept(
    ctx: Ctx, contract_id: UUID, side: Side, *, seen: datetime, words: str = "", said: Said = ON_THE_WEB
) -> None:
    """Say yes to the suggested time that was shown (``seen``): from now on it is the time both rely on."""
    row = locked(ctx, contract_id)
    living(ctx, row.patient_id)
    if row.suggested_local is None or row.suggested_local != seen:
        raise Refused(MOVED_ON)
    check_other(row, side)
    if to_instant(seen, row.zone) <= ctx.now:
        raise Refused(_l("That time has been. A new one is needed."))
    do(ctx, row, Act.AGREE, side, local=seen, silent=True)
    if terms := waiting_terms(row):
        put_terms(row, terms)
    row.agreed_at, row.starts_local, row.suggested_local, row.suggested_by, row.rounds = ctx.now, seen, None, None, 0
    row.minutes, row.suggested_minutes = row.suggested_minutes or row.minutes, None
    row.version += 1
    do(ctx, row, Act.BOOK, side, local=seen, words=words, said=said)
    tell_time(ctx, row)
    tell_seen_to(ctx, row)
    changed(ctx, row)


def ask_another(ctx: Ctx, contract_id: UUID, words: str, *, seen: int | None = None, said: Said = ON_THE_WEB) -> None:
    """The patient can't, or would rather have another time. Opens a request, so that somebody answers."""
    row = locked(ctx, contract_id, seen)
    living(ctx, row.patient_id)
    act = Act.COUNTER if row.suggested_by == Side.CARE else Act.ASK_ANOTHER
    local = row.suggested_local or row.starts_local
    do(ctx, row, act, Side.PATIENT, local=local, words=words, said=said)
    _suggest(row, Side.PATIENT, None)
    row.waiting_terms = None
    ask_care(ctx, row, "another_time")
    changed(ctx, row)


def put_in_force(ctx: Ctx, contract_id: UUID) -> None:
    """Both have said yes to the contract, and so to the kind and window in it. From now on its times are told."""
    row = store.current(ctx.session, contract_id, lock=True)
    if row is None:
        return
    if row.agreed_at is None and row.latest is not None:
        row.state, row.agreed_at, row.waiting_terms = State.AGREED, ctx.now, None
        row.suggested_by = row.suggested_by if row.suggested_local else None
        watch(row)
    if not row.in_force:
        row.in_force = True
        if store.is_held(row):
            tell_time(ctx, row)


def open_row(ctx: Ctx, contract_id: UUID, way: Way, *, seen: int | None = None) -> NextContact:
    """The next contact to come, made where there is none. Two who make one at once get the same."""
    facts = ctx.directory.covers_of(ctx.session, [contract_id]).get(contract_id)
    if facts is None:
        raise NotFound
    patient, before = living(ctx, facts.patient_id), store.latest(ctx.session, contract_id)
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
    return locked(ctx, contract_id, seen)


def locked(ctx: Ctx, contract_id: UUID, seen: int | None = None) -> NextContact:
    """The next contact, held for this act. Refused where there is none, or not as it was shown."""
    row = store.current(ctx.session, contract_id, lock=True)
    if row is None:
        raise Refused(_l("There is no next time yet."))
    if seen not in (None, row.revision):
        raise Refused(MOVED_ON)
    return row


def check_time(ctx: Ctx, row: NextContact, local: datetime) -> None:
    if to_instant(local, row.zone) <= ctx.now:
        raise Refused(LATER, field="day")


def check_other(row: NextContact, side: Side) -> None:
    if row.suggested_by is None or not may_agree(Side(row.suggested_by), side):
        raise Refused(_l("You suggested this time yourself. Wait for the answer."))


def do(
    ctx: Ctx,
    row: NextContact,
    act: Act,
    side: Side,
    *,
    local: datetime | None,
    words: str = "",
    silent: bool = False,
    said: Said = ON_THE_WEB,
) -> None:
    """Go where the act leads, and say so in the history."""
    try:
        row.state = after(State(row.state), act)
    except Impossible as error:
        raise Refused(MOVED_ON) from error
    row.revision += 1
    if not silent:
        note(ctx, row, act, side, by=ctx.viewer.person_id, local=local, words=words, said=said)


def changed(ctx: Ctx, row: NextContact) -> None:
    """Let whoever depends on the next step know, and count anew when the care must be told of it."""
    watch(row)
    ctx.session.flush()
    for react in CHANGED:
        react(ctx, row.contract_id)


def _suggest(row: NextContact, side: Side, local: datetime | None) -> None:
    row.rounds += row.suggested_by not in (None, side)
    row.suggested_minutes = row.suggested_minutes if local else None
    row.suggested_by, row.suggested_local = side, local
