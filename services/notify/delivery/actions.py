"""Putting messages into the send ledger and taking them back. Sending them is ``sending``'s."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from services.notify.delivery import store
from services.notify.delivery.domain import Klass
from services.notify.delivery.message import domain as message
from shared import crash
from shared.context import Ctx
from shared.db import database_now
from shared.events import (
    BlockChanged,
    BreakGlassChanged,
    PersonChanged,
    ReminderCancelled,
    ReminderDue,
    SigninCodeAsked,
)
from shared.policy import Who, policy
from shared.service import together

CONTRACT_REVIEW = "contract_review"
"""The kind of a reminder to look through what is agreed, as selfcare tells it."""
TOLD_WITHIN = timedelta(days=7)
"""How long it is worth trying to tell a patient that somebody has opened their pages, or lifted a block of theirs."""


class Wish(TypedDict):
    """One message that somebody wants sent to one person.

    The same ``dedup_key`` is one message, however often it is wished. ``params`` are ids, times and counts, never words.
    ``subject_id`` is what it is about (a request, a reminder), by which it can be asked for and called off; ``attempt`` is
    for reminders alone, whose fate others are told. ``ignore_quiet`` is for what must be told at night.
    """

    dedup_key: str
    recipient_id: UUID
    template: str
    params: dict[str, Any]
    klass: Klass
    useful_until: datetime
    not_before: NotRequired[datetime]
    patient_id: NotRequired[UUID | None]
    unit_id: NotRequired[UUID | None]
    subject_id: NotRequired[UUID | None]
    attempt: NotRequired[int]
    ignore_quiet: NotRequired[bool]


class Told(TypedDict):
    """The message that tells of something, and its values."""

    template: str
    params: dict[str, Any]


def enqueue(ctx: Ctx, **wish: Unpack[Wish]) -> bool:
    """Put one message to one person into the ledger; it leaves when it may. False when it stands there already.

    Raises ``ValueError`` for a message that does not exist or for other ``params`` than its own.
    """
    return _put(ctx, [_row(ctx, **wish)]) == 1


def _put(ctx: Ctx, rows: Sequence[dict[str, Any]]) -> int:
    added = store.add(ctx.session, rows)
    crash.here("ledger.written")
    return added


def _row(ctx: Ctx, **wish: Unpack[Wish]) -> dict[str, Any]:
    message.check(wish["template"], wish["params"])
    usual = {"not_before": ctx.now, "ignore_quiet": False}
    known = {"version": message.newest(wish["template"]), "created_at": ctx.now}
    return {**usual, **wish, **known}


def call_off(ctx: Ctx, subject_id: UUID, reason: str) -> int:
    """Take back every message about this subject that has not left. Returns how many."""
    return store.call_off(ctx.session, store.about(subject_id), reason, ctx.now)


@together
@policy("delivery", "plan", Who.SERVICE, log="wrote down a reminder to be sent")
def on_reminders_due(ctx: Ctx, events: Sequence[ReminderDue]) -> None:
    """Attempts to tell one person each: once in the ledger, however often the event comes."""
    _put(ctx, [_attempt(ctx, event) for event in events])


def _attempt(ctx: Ctx, event: ReminderDue) -> dict[str, Any]:
    return _row(
        ctx,
        dedup_key=f"reminder:{event.reminder_id}:{event.attempt}:{event.recipient_id}:person",
        recipient_id=event.recipient_id,
        **_told_as(event),
        klass=Klass.CLINICAL_REMINDER,
        useful_until=event.useful_until,
        patient_id=event.patient_id,
        unit_id=event.unit_id,
        subject_id=event.reminder_id,
        attempt=event.attempt,
    )


@policy("delivery", "cancel", Who.SERVICE)
def on_reminder_cancelled(ctx: Ctx, event: ReminderCancelled) -> None:
    """What has not been sent of this reminder is not sent any more."""
    call_off(ctx, event.reminder_id, "cancelled")


@policy("delivery", "plan", Who.SERVICE)
def on_code_asked(ctx: Ctx, event: SigninCodeAsked) -> None:
    """A code goes out at once, at any hour: somebody sits and waits for it. One that comes too late is not sent."""
    left = event.expires_at - database_now(ctx.session)
    if event.person_id is None or left <= timedelta():
        return
    enqueue(
        ctx,
        dedup_key=f"code:{event.code_id}",
        recipient_id=event.person_id,
        template=message.CODE,
        params={},
        klass=Klass.CONVENIENCE,
        useful_until=ctx.now + left,
        subject_id=event.code_id,
        ignore_quiet=True,
    )


@policy("delivery", "plan", Who.SERVICE, log="wrote down a message about a block")
def on_block_changed(ctx: Ctx, event: BlockChanged) -> None:
    """The patient is told of a block that is lifted, where somebody else at their screen may have done it; never of one made."""
    if event.ends is not None:
        _tell_patient(ctx, message.BLOCK_LIFTED, event, event.block_id)


@policy("delivery", "plan", Who.SERVICE, log="wrote down a message about an emergency")
def on_break_glass(ctx: Ctx, event: BreakGlassChanged) -> None:
    """The patient is told once that somebody has opened their pages, not when it ends. Who and why stands on their own page."""
    _tell_patient(ctx, message.BREAK_GLASS, event, event.glass_id)


def _tell_patient(ctx: Ctx, template: str, event: BlockChanged | BreakGlassChanged, subject_id: UUID) -> None:
    """Once for each subject, of what they read more of on their own page."""
    added = enqueue(
        ctx,
        dedup_key=f"{template}:{subject_id}",
        recipient_id=event.patient_id,
        template=template,
        params={},
        klass=Klass.CLINICAL_REMINDER,
        useful_until=ctx.now + TOLD_WITHIN,
        patient_id=event.patient_id,
        unit_id=event.unit_id,
        subject_id=subject_id,
    )
    if added:
        ctx.saw([event.patient_id])


@policy("delivery", "cancel", Who.SERVICE, log="stopped messages after a registered death")
def on_person_changed(ctx: Ctx, event: PersonChanged) -> None:
    """Nobody writes to the dead, nor reminds others of their times."""
    if event.deceased:
        store.call_off(ctx.session, store.to_or_about(event.person_id), "deceased", ctx.now)
        ctx.saw([event.person_id])


def _told_as(event: ReminderDue) -> Told:
    """A time is told as a time. The day to look through what is agreed is none: nobody is to come anywhere."""
    if event.kind == CONTRACT_REVIEW:
        return {"template": message.REVIEW, "params": {}}
    template = message.TIME if event.recipient_id == event.patient_id else message.TIME_FOR_DELEGATE
    asks = event.answer_until is not None
    params = {"starts_local": event.starts_local.isoformat(), "zone": event.zone, "asks": asks}
    return {"template": template, "params": params}
