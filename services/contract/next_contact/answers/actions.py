"""Takes what selfcare tells of the reminders about a next contact."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.contract.next_contact import store
from services.contract.next_contact.domain import ANSWERS, State, after, can
from services.contract.next_contact.telling.actions import SUBJECT, note_heard
from shared.context import Ctx
from shared.events import ReminderAnswered, ReminderUnanswered
from shared.policy import Who, policy

UNANSWERED: list[Callable[[Ctx, UUID, int], None]] = []
"""Whoever must know that a question about a time had no answer: called with the contract and how many in a row."""


@policy(SUBJECT, "handle", Who.SERVICE, log="took an answer about the next contact")
def on_reminder_answered(ctx: Ctx, event: ReminderAnswered) -> None:
    """The latest answer about the time that stands now; one about an earlier time changes nothing.

    While another time is being suggested the answer is noted, and the suggestion waits on."""
    row = store.get(ctx.session, event.subject_id, lock=True) if event.subject_kind == SUBJECT else None
    if row is None or row.version != event.subject_version or row.closed_at is not None:
        return
    if row.answered_at is not None and event.answered_at < row.answered_at:
        return
    word = f"answered_{event.answer}"
    if store.noted(ctx.session, row.id, word, event.answered_at):
        return
    act = ANSWERS[event.answer]
    if can(State(row.state), act):
        row.state = after(State(row.state), act)
    row.answered_at = event.answered_at
    note_heard(ctx, row, word, event.answered_at, by=event.answered_by)


@policy(SUBJECT, "handle", Who.SERVICE, log="noted that a reminder had no answer")
def on_reminder_unanswered(ctx: Ctx, event: ReminderUnanswered) -> None:
    """No answer is no news about the time: it stands. It is told to whoever sees the history."""
    row = store.get(ctx.session, event.subject_id, lock=True) if event.subject_kind == SUBJECT else None
    if row is None or store.noted(ctx.session, row.id, "unanswered", event.at):
        return
    note_heard(ctx, row, "unanswered", event.at, by=None)
    ctx.session.flush()
    silence = store.unanswered_in_a_row(ctx.session, row.contract_id)
    for react in UNANSWERED:
        react(ctx, row.contract_id, silence)
