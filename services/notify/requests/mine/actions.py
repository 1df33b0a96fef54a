"""What the patient does with their request after it was asked."""

from __future__ import annotations

from uuid import UUID

from services.notify.delivery import actions as delivery
from services.notify.requests import store as requests
from services.notify.requests.cover.actions import place
from services.notify.requests.cover.store import facts_of
from services.notify.requests.domain import Act, CloseReason, NotPossible, State, after, may_reopen
from services.notify.requests.escalation.actions import set_alarm
from services.notify.requests.handling.actions import say
from services.notify.requests.resuming.actions import wake
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import bring_up
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.time import calendar_of

CLOSED = _l("This question is closed. Ask a new one if you need to.")


def write(ctx: Ctx, request_id: UUID, text: str) -> None:
    """Say something more. If the care was waiting for it, the clock goes on."""
    row = _begin(ctx, request_id, Act.WRITE)
    facts = facts_of(ctx, [row])[row.id]
    wake(row, ctx.now, calendar_of(facts.unit))
    say(ctx, row, "added", text)
    requests.note(ctx.session, row.id, Act.WRITE, ctx.now, by=ctx.viewer.person_id)
    set_alarm(row, calendar_of(facts.unit))
    bring_up(ctx, row, facts)


def confirm(ctx: Ctx, request_id: UUID) -> None:
    """Yes, I got an answer. Saying it twice is harmless."""
    row = _held(ctx, request_id)
    if row.closed_reason != CloseReason.CONFIRMED:
        _close(ctx, row, Act.CONFIRM, CloseReason.CONFIRMED)


def withdraw(ctx: Ctx, request_id: UUID) -> None:
    """I don't need an answer any more."""
    _close(ctx, _held(ctx, request_id), Act.WITHDRAW, CloseReason.WITHDRAWN)


def reopen(ctx: Ctx, request_id: UUID) -> None:
    """No, I got no answer (K2): the same request with the clock it had, before somebody else than who answered."""
    row = _held(ctx, request_id)
    if row.answered_by is None or not may_reopen(State(row.state), row.answered_at, ctx.now, row.closed_reason):
        raise Refused(CLOSED)
    row.state = after(State(row.state), Act.REOPEN)
    row.passed_over_id, row.handed_to_id, row.handed_at = row.answered_by, None, None
    row.rule_made, row.reopened_at = False, ctx.now
    row.acknowledged_at = row.acknowledged_by = row.answered_at = row.answered_by = None
    row.closed_at = row.closed_reason = None
    requests.note(ctx.session, row.id, Act.REOPEN, ctx.now, by=ctx.viewer.person_id)
    facts = facts_of(ctx, [row])[row.id]
    place(row, facts, ctx.now)
    set_alarm(row, calendar_of(facts.unit))
    bring_up(ctx, row, facts)


def _begin(ctx: Ctx, request_id: UUID, act: Act) -> ContactRequest:
    row = _held(ctx, request_id)
    _move(row, act)
    return row


def _close(ctx: Ctx, row: ContactRequest, act: Act, reason: CloseReason) -> None:
    _move(row, act)
    row.closed_at, row.closed_reason = ctx.now, reason
    row.escalate_at = row.tell_at = row.unread_at = row.waiting_since = None
    requests.note(ctx.session, row.id, act, ctx.now, by=ctx.viewer.person_id)
    delivery.call_off(ctx, row.id, "cancelled")


def _move(row: ContactRequest, act: Act) -> None:
    try:
        row.state = after(State(row.state), act)
    except NotPossible:
        raise Refused(CLOSED) from None


def _held(ctx: Ctx, request_id: UUID) -> ContactRequest:
    row = requests.locked(ctx.session, request_id)
    if row is None:
        raise NotFound
    return row
