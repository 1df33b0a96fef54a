"""Appointing named contacts and their deputies, and saying when they are away.

Every verb tells whole state (``CoverChanged``, ``AbsencesChanged``) in its own transaction; who answers is worked out
from it at the instant somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from services.contract.named_contact import store
from services.contract.named_contact.changing import actions as changing
from services.contract.named_contact.choosing.actions import check_deputy, check_staff, check_unit
from services.contract.named_contact.domain import LONGEST_ABSENCE, LONGEST_NOTE, overlap
from services.contract.named_contact.tables import ContactAppointment, StaffAbsence
from services.contract.named_contact.uncovered.actions import note_gaps, note_gaps_of
from services.contract.people import actions as people_actions
from services.contract.people import store as people
from services.contract.people.living.actions import living
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import Absence
from shared.i18n import _l

TAKEN_OVER: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that a contract has another primary contact than before: called with the contract."""


def begin_cover(ctx: Ctx, *, contract_id: UUID, patient_id: UUID, unit_id: UUID) -> None:
    """A contract has been opened and must lead to somebody from now on, though nobody is appointed yet."""
    check_unit(ctx, patient_id, unit_id)
    store.add_cover(ctx.session, contract_id, patient_id, unit_id)
    people_actions.know_at(ctx, patient_id, unit_id)
    tell_cover(ctx, contract_id)


def end_cover(ctx: Ctx, contract_id: UUID) -> None:
    """The contract has ended: its appointments end with it. Ending it twice is harmless."""
    kept = store.cover(ctx.session, contract_id)
    if kept is None or kept.ended_at:
        return
    changing.end(ctx, contract_id)
    for standing in store.standing(ctx.session, contract_id, ctx.now):
        standing.ends = max(ctx.now, standing.starts)
    kept.ended_at = ctx.now
    tell_cover(ctx, contract_id)


def appoint(
    ctx: Ctx,
    *,
    contract_id: UUID,
    patient_id: UUID,
    person_id: UUID,
    unit_id: UUID,
    deputy_id: UUID | None = None,
    primary: bool = True,
    handover_note: str = "",
    reason: str = "",
    asked_for: bool | None = None,
    wish_unmet: str = "",
) -> UUID:
    """Appoint somebody from now on. A primary contact takes over from the one before, who must leave a hand-over note, and
    the patient is told the ``reason``; somebody appointed already is brought up to date. A planned change stands.
    ``deputy_id`` None leaves the deputy as it is, ``asked_for`` None what is noted of the patient's wish."""
    living(ctx, patient_id)
    kept = store.cover(ctx.session, contract_id)
    check_staff(ctx, person_id, "person_id", patient_id)
    check_deputy(ctx, person_id, deputy_id, patient_id)
    if kept is not None and kept.ended_at:
        raise Refused(_l("This agreement has ended."))
    if kept is None:
        begin_cover(ctx, contract_id=contract_id, patient_id=patient_id, unit_id=unit_id)
    here = store.holding(ctx.session, contract_id, ctx.now) if primary else []
    before = [one for one in here if one.is_primary and one.person_id != person_id]
    end_each(ctx, before, handover_note, reason, ctx.now)
    row = changing.from_now(ctx, contract_id, person_id, primary=primary)
    row.unit_id, row.is_primary, row.deputy_id = unit_id, primary, deputy_id or row.deputy_id
    note_wish(row, asked_for, wish_unmet.strip())
    tell_cover(ctx, contract_id, taken_over=bool(before))
    return row.id


def set_deputy(ctx: Ctx, appointment_id: UUID, deputy_id: UUID | None) -> None:
    """Who stands in for this contact at this contract; None takes the deputy away."""
    row = _appointed(ctx, appointment_id)
    check_deputy(ctx, row.person_id, deputy_id, _patient(ctx, row.contract_id))
    row.deputy_id = deputy_id
    tell_cover(ctx, row.contract_id)


def end_appointment(
    ctx: Ctx, *, appointment_id: UUID, handover_note: str, reason: str = "", successor_id: UUID | None = None
) -> None:
    """End an appointment with a hand-over note. The last contact of a contract can't go before somebody takes over, and no
    primary one before the patient is told the ``reason``."""
    row = _appointed(ctx, appointment_id)
    if row.starts > ctx.now:
        raise Refused(_l("This is planned for a later day. Call it off instead."))
    others = [one for one in store.holding(ctx.session, row.contract_id, ctx.now) if one.id != row.id]
    if successor_id == row.person_id or not (successor_id or others):
        raise Refused(_l("Choose who takes over. A patient always has somebody to turn to."), field="successor_id")
    end_each(ctx, [row], handover_note, reason, ctx.now)
    if successor_id:
        check_staff(ctx, successor_id, "successor_id", _patient(ctx, row.contract_id))
        successor = changing.from_now(ctx, row.contract_id, successor_id, primary=row.is_primary)
        successor.unit_id, successor.is_primary = row.unit_id, row.is_primary
    tell_cover(ctx, row.contract_id, taken_over=row.is_primary)


def set_absence(
    ctx: Ctx, *, person_id: UUID, starts: datetime, ends: datetime | None, deputy_id: UUID | None, note: str
) -> UUID:
    """Somebody is away from ``starts`` to ``ends`` (None: until further notice); ``note`` is what patients read.

    What was theirs to answer becomes the deputy's, with its clocks running. Raises ``Refused`` with the field.
    """
    people.for_change(ctx.session, person_id)
    check_staff(ctx, person_id, "person_id")
    check_deputy(ctx, person_id, deputy_id)
    if ends is not None and not max(starts, ctx.now) < ends <= starts + LONGEST_ABSENCE:
        raise Refused(_l("Choose a last day that has not been yet, after the first one."), field="last")
    wanted = Absence(absence_id=uuid4(), starts=starts, ends=ends, deputy_id=deputy_id)
    known = store.absences(ctx.session, [person_id], ctx.now)
    if any(overlap(store.plain(row), wanted) for row in known):
        raise Refused(_l("There is an absence at that time already. End it first."), field="first")
    when = {"starts": starts, "ends": ends, "deputy_id": deputy_id, "set_at": ctx.now, "set_by": ctx.viewer.person_id}
    row = StaffAbsence(id=wanted.absence_id, person_id=person_id, note=note[:LONGEST_NOTE], **when)
    ctx.session.add(row)
    _tell_absences(ctx, person_id)
    return row.id


def end_absence(ctx: Ctx, absence_id: UUID) -> None:
    """They are back: now, or an absence to come will not be. What is still open is theirs again."""
    row = store.absence(ctx.session, absence_id)
    if row is None:
        raise NotFound
    if row.starts > ctx.now:
        ctx.session.delete(row)
    elif row.ends is None or row.ends > ctx.now:
        row.ends = ctx.now
    _tell_absences(ctx, row.person_id)


def end_each(ctx: Ctx, rows: list[ContactAppointment], note: str, reason: str, ends: datetime) -> None:
    """End these appointments at ``ends``, with what the next contact must know and what the patient reads."""
    if rows and not note.strip():
        raise Refused(_l("Write what the next contact needs to know."), field="handover_note")
    if not reason.strip() and any(row.is_primary for row in rows):
        raise Refused(_l("Write why, so that the patient can read it."), field="reason")
    for row in rows:
        row.ends, row.handover_note, row.reason = ends, note.strip(), reason.strip()
    ctx.session.flush()


def note_wish(row: ContactAppointment, asked_for: bool | None, unmet: str) -> None:
    if unmet and asked_for is not False:
        raise Refused(_l("Write this only if the patient asked for somebody else."), field="wish_unmet")
    if asked_for is not None:
        row.asked_for, row.wish_unmet = asked_for, unmet


def _appointed(ctx: Ctx, appointment_id: UUID) -> ContactAppointment:
    row = store.appointment(ctx.session, appointment_id)
    if row is not None:
        store.cover(ctx.session, row.contract_id)
        ctx.session.expire(row)
        row = store.appointment(ctx.session, appointment_id)
    if row is None or (row.ends and row.ends <= ctx.now):
        raise NotFound
    return row


def _patient(ctx: Ctx, contract_id: UUID) -> UUID | None:
    whose = store.whose(ctx.session, contract_id)
    return whose[0] if whose else None


def tell_cover(ctx: Ctx, contract_id: UUID, *, taken_over: bool = False) -> None:
    ctx.session.flush()
    kept = store.cover(ctx.session, contract_id)
    if kept is not None:
        ctx.tell(store.cover_facts(ctx.session, kept, ctx.now))
        note_gaps(ctx, [contract_id])
    for react in TAKEN_OVER if taken_over else ():
        react(ctx, contract_id)


def _tell_absences(ctx: Ctx, person_id: UUID) -> None:
    ctx.session.flush()
    ctx.tell(store.absence_facts(ctx.session, person_id, ctx.now))
    note_gaps_of(ctx, person_id)
