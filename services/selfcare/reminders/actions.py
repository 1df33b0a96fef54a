"""Plans, moves and cancels reminders as the things they are about appear, move and vanish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.selfcare.reminders import store
from services.selfcare.reminders.domain import UNFINISHED, Occasion, State, plan, send_time
from services.selfcare.reminders.rules.domain import CONTRACT_REVIEW, NEXT_CONTACT, REVIEW_AT
from services.selfcare.reminders.tables import AgreedTime, Reminder
from shared.bus.known import taken_back
from shared.context import Ctx
from shared.events import (
    ContractActivated,
    ContractEnded,
    Event,
    NextContactAgreed,
    NextContactCancelled,
    NextContactMoved,
    PersonChanged,
    PreferencesChanged,
    ReminderCancelled,
)
from shared.policy import Who, policy
from shared.time import calendar_of, to_instant


def plan_reminders(ctx: Ctx, occasions: Sequence[Occasion]) -> None:
    """Put the reminders of these occasions, all of one patient at one unit, on the timeline; again is harmless."""
    if not occasions:
        return
    patient_id = occasions[0].patient_id
    hours = store.hours_of(ctx, patient_id)
    unit = ctx.directory.unit(ctx.session, occasions[0].unit_id)
    calendar = calendar_of(unit) if unit else None
    decides = store.decides(ctx.session, patient_id)
    rows = [
        store.row_of(occasion, patient_id, planned)
        for occasion in occasions
        for planned in plan(occasion, hours, calendar, ctx.now, decides)
    ]
    store.put(ctx.session, rows)


def cancel_reminders(ctx: Ctx, subject_ids: Sequence[UUID], reason: str) -> None:
    """Nothing more is sent about these things, and notify drops what it holds."""
    _tell_cancelled(ctx, store.cancel(ctx.session, [Reminder.subject_id.in_(subject_ids)], reason), reason)


@policy(NEXT_CONTACT, "handle", Who.SERVICE, log="planned reminders of the next contact")
def on_next_contact(ctx: Ctx, event: NextContactAgreed | NextContactMoved) -> None:
    """The newest version stands: what was planned for another time is void, the time told is planned."""
    known = store.agreed_time(ctx.session, event.next_contact_id)
    if known and _overtaken(ctx, event, known.version >= event.version and not _same(known, event)):
        return
    starts_at = to_instant(event.starts_local, event.zone)
    agreed = AgreedTime(
        next_contact_id=event.next_contact_id,
        contract_id=event.contract_id,
        patient_id=event.patient_id,
        unit_id=event.unit_id,
        version=event.version,
        starts_local=event.starts_local,
        zone=event.zone,
        starts_at=starts_at,
        way=event.way,
        state="agreed",
    )
    ctx.session.merge(agreed)
    ctx.session.flush()
    _plan_instead(ctx, occasion_of(agreed))


@policy(NEXT_CONTACT, "handle", Who.SERVICE, log="cancelled reminders of the next contact")
def on_next_contact_cancelled(ctx: Ctx, event: NextContactCancelled) -> None:
    known = store.agreed_time(ctx.session, event.next_contact_id)
    if known is None or _overtaken(ctx, event, known.version > event.version):
        return
    known.state, known.version = "cancelled", event.version
    cancel_reminders(ctx, [event.next_contact_id], "cancelled")


@policy(CONTRACT_REVIEW, "handle", Who.SERVICE, log="planned reminders to look through the agreement")
def on_contract_activated(ctx: Ctx, event: ContractActivated) -> None:
    """The latest review day stands, whether a new version or a review that kept the old one moved it. Nothing is
    asked: the answer is given in the review itself."""
    day = event.review_on.toordinal()
    known = store.newest_version(ctx.session, CONTRACT_REVIEW, event.contract_id)
    if _overtaken(ctx, event, known > day):
        return
    review = Occasion(
        kind=CONTRACT_REVIEW,
        id=event.contract_id,
        version=day,
        patient_id=event.patient_id,
        unit_id=event.unit_id,
        contract_id=event.contract_id,
        starts_local=datetime.combine(event.review_on, REVIEW_AT),
        zone=store.hours_of(ctx, event.patient_id).zone,
    )
    _plan_instead(ctx, review)


@policy(CONTRACT_REVIEW, "handle", Who.SERVICE, log="cancelled reminders to look through the agreement")
def on_contract_ended(ctx: Ctx, event: ContractEnded) -> None:
    cancel_reminders(ctx, [event.contract_id], "ended")


@policy("quiet_hours", "handle", Who.SERVICE)
def on_preferences_changed(ctx: Ctx, event: PreferencesChanged) -> None:
    """Keep the person's quiet hours, and move what is still to be sent to them."""
    store.keep_quiet_hours(ctx.session, event.person_id, event.data_for("selfcare")["quiet_hours"])
    replan(ctx, event.person_id)


def on_person_changed(ctx: Ctx, event: PersonChanged) -> None:
    """A death cancels everything that is about or to the person; a death registered in error is undone."""
    about = (Reminder.patient_id == event.person_id) | (Reminder.recipient_id == event.person_id)
    if event.deceased:
        unfinished = Reminder.state.in_(UNFINISHED)
        _tell_cancelled(ctx, store.cancel(ctx.session, [about, unfinished], "deceased"), "deceased")
        return
    store.revive(ctx.session, [about, Reminder.reason == "deceased"], ctx.now)
    replan(ctx, event.person_id)


def replan(ctx: Ctx, person_id: UUID) -> None:
    """Move everything planned for the person to a moment outside their quiet hours as they are now."""
    hours, at = store.hours_of(ctx, person_id), ctx.now
    rows = store.unsent(ctx.session, person_id, at)
    moved = [(row, send_time(row.due_at, row.useful_until, hours, at)) for row in rows]
    store.set_send_times(ctx.session, [_moved(row.id, when) for row, when in moved if when != row.send_at])


def occasion_of(agreed: AgreedTime) -> Occasion:
    return Occasion(
        kind=NEXT_CONTACT,
        id=agreed.next_contact_id,
        version=agreed.version,
        patient_id=agreed.patient_id,
        unit_id=agreed.unit_id,
        contract_id=agreed.contract_id,
        starts_local=agreed.starts_local,
        zone=agreed.zone,
    )


def _overtaken(ctx: Ctx, event: Event, newer: bool) -> bool:
    """Whether what is known is ``newer`` than what is told and stands. Contract itself may know it no more: it was
    restored, and then what it tells stands, though it counts its versions anew."""
    return newer and not taken_back(ctx.session, event.aggregate_id)


def _same(known: AgreedTime, event: NextContactAgreed | NextContactMoved) -> bool:
    return (known.version, known.starts_local) == (event.version, event.starts_local)


def _plan_instead(ctx: Ctx, occasion: Occasion) -> None:
    """Plan this version at its time; what is planned of any other version or time is void."""
    other = (Reminder.subject_version != occasion.version) | (Reminder.occurrence_local != occasion.starts_local)
    void = store.cancel(ctx.session, [Reminder.subject_id == occasion.id, other], store.MOVED)
    _tell_cancelled(ctx, void, store.MOVED)
    plan_reminders(ctx, [occasion])


def _moved(reminder_id: UUID, when: datetime | None) -> dict[str, object]:
    if when is None:
        return {"id": reminder_id, "send_at": None, "state": State.EXPIRED, "reason": store.NO_MOMENT}
    return {"id": reminder_id, "send_at": when, "state": State.PLANNED, "reason": None}


def _tell_cancelled(ctx: Ctx, told_of: Sequence[UUID], reason: str) -> None:
    for reminder_id in told_of:
        ctx.tell(ReminderCancelled(reminder_id=reminder_id, reason_key=reason))
