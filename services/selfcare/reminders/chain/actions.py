"""Hears what became of a delivery, and takes the next step where a question stays unanswered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.selfcare.reminders.attention.domain import attention, undeliverable
from services.selfcare.reminders.chain import domain, store
from services.selfcare.reminders.chain.domain import Step
from services.selfcare.reminders.chain.store import Around
from services.selfcare.reminders.claim.actions import due
from services.selfcare.reminders.domain import ANSWERS, Hours, State, send_time
from services.selfcare.reminders.rules.domain import rule_of
from services.selfcare.reminders.tables import Reminder
from shared.context import Ctx
from shared.events import DeliveryDelivered, DeliveryFailed, ReminderUnanswered
from shared.log import place_of
from shared.policy import Who, policy, policy_of
from shared.service import Service, together
from shared.time import calendar_of

TRY_AGAIN = timedelta(minutes=10)
UNDELIVERED = (State.DUE, State.FAILED)
log = structlog.get_logger()


@together
@policy("reminder", "handle", Who.SERVICE, log="noted that a reminder was delivered")
def on_delivered(ctx: Ctx, events: Sequence[DeliveryDelivered]) -> None:
    """The first delivery of each starts its chain, if an answer is waited for."""
    rows = _told(ctx, events)
    first = [(row, event.at) for event in events if (row := rows.get(event.reminder_id)) and row.state in UNDELIVERED]
    ctx.saw({row.patient_id for row, _ in first})
    for row, at in first:
        row.delivered_at, row.state = at, ANSWERS[row.answer] if row.answer else State.DELIVERED
    chased = [row for row, _ in first if not row.answer and rule_of(row.subject_kind, row.rule).chased]
    around = store.around(ctx, chased)
    for row in chased:
        unit, delivered_at = around.units.get(row.unit_id), row.delivered_at or ctx.now
        row.chase_until = domain.ends(delivered_at, row.useful_until, calendar_of(unit) if unit else None)
        _go_on(ctx, row, None, around)


@policy("reminder", "handle", Who.SERVICE, log="noted that a reminder could not be delivered")
def on_failed(ctx: Ctx, event: DeliveryFailed) -> None:
    """Nobody was reached: a person must know. A later attempt that fails changes nothing once one has arrived."""
    row = _told(ctx, [event]).get(event.reminder_id)
    if row is None or row.state != State.DUE or event.attempt != row.attempt:
        return
    ctx.saw([row.patient_id])
    row.state, row.reason = State.FAILED, event.reason_key
    if event.reason_key != "deceased":
        ctx.tell(undeliverable(row, f"reminder.{event.reason_key}", ctx.now))


def _told(ctx: Ctx, events: Sequence[DeliveryDelivered | DeliveryFailed]) -> dict[UUID, Reminder]:
    """The reminders whose fate is told. One that still waits to be told itself was: before this database was restored."""
    rows = store.locked(ctx.session, [event.reminder_id for event in events])
    for event in events:
        row = rows.get(event.reminder_id)
        if row is not None and row.state == State.PLANNED and row.attempt < event.attempt:
            row.state, row.attempt, row.told_at = State.DUE, event.attempt, event.at
    return rows


@policy("reminder", "follow up", Who.SERVICE)
def follow_up(service: Service) -> int:
    """Take every step whose time has come. Returns how many were taken."""
    total = 0
    while moved := _follow_up_batch(service):
        total += moved
    return total


def _follow_up_batch(service: Service) -> int:
    with service.act(declared=policy_of(follow_up)) as ctx:
        rows = store.to_follow_up(ctx.session, ctx.now)
        around = store.around(ctx, rows)
        for row in rows:
            _follow_up_one(ctx, row, around)
    return len(rows)


def _follow_up_one(ctx: Ctx, row: Reminder, around: Around) -> None:
    """One person's trouble must not stop the others: what fails is rolled back alone and tried again later."""
    reminder_id = row.id
    try:
        with ctx.session.begin_nested():
            _take_step(ctx, row, around)
    except Exception as error:
        log.error("step failed", reminder=str(reminder_id), error=type(error).__name__, at=place_of(error))
        row.chase_at = ctx.now + TRY_AGAIN


def _take_step(ctx: Ctx, row: Reminder, around: Around) -> None:
    step = domain.step_now(Step(row.chase_step or Step.LAST), row.chase_until or ctx.now, ctx.now)
    if step is Step.LAST and not _overslept(ctx, row):
        _escalate(ctx, row)
    elif step in (Step.LAST, Step.SENT_AGAIN):
        _send_again(ctx, row, around)
    elif not _waits(ctx, row, step, around):
        _tell(ctx, row, step, around)
        _go_on(ctx, row, step, around)


def _send_again(ctx: Ctx, row: Reminder, around: Around) -> None:
    """Ask once more after our own downtime; the next delivery starts the chain anew. Too late for that is our fault,
    not the person's: it is told as never delivered."""
    if _waits(ctx, row, Step.SENT_AGAIN, around):
        return
    row.state, row.delivered_at, row.chase_at, row.chase_step = State.DUE, None, None, None
    if not _tell(ctx, row, Step.SENT_AGAIN, around):
        row.state, row.reason = State.FAILED, "too_late"
        ctx.tell(undeliverable(row, "reminder.too_late", ctx.now))


def _overslept(ctx: Ctx, row: Reminder) -> bool:
    """Whether we were down when the chain ended. A demonstration's clock jumps; nobody was down then."""
    end = row.chase_until or ctx.now
    return ctx.now - end > domain.OVERSLEPT and ctx.now < row.useful_until and not ctx.demo


def _waits(ctx: Ctx, row: Reminder, step: Step, around: Around) -> bool:
    """Whether everybody this step is for is left alone now and may be told later, in time: then it waits."""
    limit = row.useful_until if step is Step.SENT_AGAIN else row.chase_until or ctx.now
    times = [_moment(ctx, around.hours(person), limit) for person in _people(row, step, around)]
    later = [when for when in times if when is not None]
    if not later or ctx.now in later:
        return False
    row.chase_at, row.chase_step = min(later), step
    return True


def _tell(ctx: Ctx, row: Reminder, step: Step, around: Around) -> bool:
    """Tell those this step is for whom nothing forbids to tell now. False when there is nobody."""
    people = _people(row, step, around)
    ready = [one for one in people if _moment(ctx, around.hours(one), row.useful_until) == ctx.now]
    if ready:
        row.attempt, row.told_at = row.attempt + 1, ctx.now
    for person in ready:
        ctx.tell(replace(due(row), recipient_id=person))
    return bool(ready)


def _people(row: Reminder, step: Step, around: Around) -> Sequence[UUID]:
    return around.delegates.get(row.patient_id, []) if step is Step.DELEGATE else [row.recipient_id]


def _moment(ctx: Ctx, hours: Hours, limit: datetime) -> datetime | None:
    return send_time(ctx.now, limit, hours, ctx.now)


def _go_on(ctx: Ctx, row: Reminder, done: Step | None, around: Around) -> None:
    """Set the next step, outside the night of whom it is for."""
    delivered_at, until = row.delivered_at or ctx.now, row.chase_until or ctx.now
    timetable = domain.steps(delivered_at, until, around.hours(row.recipient_id).zone)
    if following := domain.next_step(done, timetable):
        row.chase_step, when = following
        row.chase_at = _outside_quiet(ctx, row, when, around)


def _outside_quiet(ctx: Ctx, row: Reminder, when: datetime, around: Around) -> datetime:
    """The step moved out of the night of whom it is for: to its end, or before it if that is after the chain's end."""
    step = Step(row.chase_step or Step.LAST)
    people = _people(row, step, around) if step is not Step.LAST else []
    moved = [send_time(when, row.chase_until or when, around.hours(person), ctx.now) for person in people]
    return min((at for at in moved if at is not None), default=when)


def _escalate(ctx: Ctx, row: Reminder) -> None:
    """Delivered, and no answer in time: the named contact is asked to look, and contract is told."""
    row.state, row.chase_at, row.chase_step = State.ESCALATED, None, None
    ctx.tell(attention(row, "reminder_unanswered", "reminder.no_answer", ctx.now))
    ctx.tell(
        ReminderUnanswered(
            reminder_id=row.id,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            patient_id=row.patient_id,
            at=ctx.now,
        )
    )
