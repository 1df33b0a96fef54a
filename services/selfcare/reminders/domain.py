"""When a person is reminded of something, until when that is of use, and what a reminder may become.

Everything here takes the instant ``at`` from its caller. Lead times in days are calendar days: 48 hours before 09.00 is
09.00 two days earlier, also when the clocks change in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.selfcare.reminders.rules.domain import TOGETHER, Rule, rules_of
from shared.events import QuietInterval
from shared.time import PURPOSE_LEAD, WorkingCalendar, quiet_shift, to_instant

LAST_WORD_BEFORE = timedelta(hours=24)
"""Who has not answered this long before the last useful time is handed to the named contact."""

WORKING_TIME_LEFT = timedelta(hours=4)
"""Working time that the named contact must then still have to do something about it."""


class State(StrEnum):
    """What has become of one reminder."""

    PLANNED = "planned"
    DUE = "due"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ANOTHER_TIME = "another_time"
    ESCALATED = "escalated"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


ANSWERS = {"yes": State.CONFIRMED, "cannot": State.DECLINED, "another_time": State.ANOTHER_TIME}
"""What a person may answer, and what the reminder then is."""

_ANSWERED = frozenset(ANSWERS.values())

MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.DUE, State.EXPIRED, State.CANCELLED}),
    State.DUE: frozenset({State.DELIVERED, State.FAILED, State.CANCELLED}) | _ANSWERED,
    State.DELIVERED: frozenset({State.DUE, State.ESCALATED, State.CANCELLED}) | _ANSWERED,
    State.FAILED: frozenset({State.DELIVERED, State.CANCELLED}) | _ANSWERED,
    State.ESCALATED: frozenset({State.CANCELLED}) | _ANSWERED,
    State.EXPIRED: frozenset({State.PLANNED, State.CANCELLED}) | _ANSWERED,
    State.CONFIRMED: frozenset({State.CANCELLED}) | _ANSWERED,
    State.DECLINED: frozenset({State.CANCELLED}) | _ANSWERED,
    State.ANOTHER_TIME: frozenset({State.CANCELLED}) | _ANSWERED,
    State.CANCELLED: frozenset({State.PLANNED}),
}
"""The whole state machine. An answer may be changed; a question that was never sent may be answered on the page; what
was cancelled because of a death registered in error, or a time that moved back, is planned anew."""


UNFINISHED = (State.PLANNED, State.DUE, State.DELIVERED, State.FAILED)
"""Something may still be sent, or an answer is waited for."""


def may_become(state: State, to: State) -> bool:
    """Whether a reminder in ``state`` may become ``to``."""
    return to in MOVES[state]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something at a time that a patient is reminded of. ``version`` rises when it moves."""

    kind: str
    id: UUID
    version: int
    patient_id: UUID
    unit_id: UUID
    contract_id: UUID | None
    starts_local: datetime
    zone: str

    @property
    def starts_at(self) -> datetime:
        return to_instant(self.starts_local, self.zone)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When one person wants quiet, by the clock where they live."""

    quiet: tuple[QuietInterval, ...]
    zone: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One reminder to come. ``send_at`` None: no moment outside quiet hours is left, it stands on the page only."""

    rule: Rule
    due_at: datetime
    send_at: datetime | None
    useful_until: datetime
    answer_until: datetime | None


def plan(
    occasion: Occasion, hours: Hours, calendar: WorkingCalendar | None, at: datetime, decides: str = TOGETHER
) -> list[Planned]:
    """The reminders of ``occasion`` for somebody with these quiet hours, as things stand at ``at``.

    ``calendar`` is when the unit that handles an unanswered question works. A question whose moment has passed is asked
    at once; a plain reminder then tells nothing new and is left out.
    """
    planned = []
    last = occasion.starts_at - PURPOSE_LEAD
    for rule, due, useful_until in _dues(occasion, calendar, rules_of(occasion.kind, decides)):
        ahead_enough = occasion.starts_at - at > rule.booked_ahead
        if at > useful_until or not ahead_enough or (due < at and not rule.asks):
            continue
        send_at = send_time(max(due, at), useful_until, hours, at)
        answer_until = last if rule.asks else None
        planned.append(
            Planned(rule=rule, due_at=due, send_at=send_at, useful_until=useful_until, answer_until=answer_until)
        )
    return planned


def send_time(due: datetime, useful_until: datetime, hours: Hours, at: datetime) -> datetime | None:
    """When a reminder due at ``due`` leaves, outside the recipient's quiet hours; None when it no longer can."""
    return quiet_shift(max(due, at), useful_until, hours.quiet, hours.zone, not_before=at)


def last_word(useful_until: datetime, calendar: WorkingCalendar | None) -> datetime:
    """When the named contact is told that no answer came: a day before it is too late, and in time for them to work."""
    usual = useful_until - LAST_WORD_BEFORE
    return min(usual, calendar.leave_working(useful_until, WORKING_TIME_LEFT)) if calendar else usual


def _dues(
    occasion: Occasion, calendar: WorkingCalendar | None, rules: Sequence[Rule]
) -> Iterator[tuple[Rule, datetime, datetime]]:
    """Each rule with when it is due and until when it is of use: until the next one, or shortly before the start. A
    question is only followed by another question.

    When the chain of a question must end earlier than usual, its first message leaves earlier by as much.
    """
    last = occasion.starts_at - PURPOSE_LEAD
    dues = []
    for rule in rules:
        earlier = last - LAST_WORD_BEFORE - last_word(last, calendar) if rule.chased else timedelta()
        dues.append(_due(occasion, rule) - earlier)
    for number, rule in enumerate(rules, 1):
        later = (due for after, due in zip(rules[number:], dues[number:], strict=True) if after.asks or not rule.asks)
        yield rule, dues[number - 1], next(later, last)


def _due(occasion: Occasion, rule: Rule) -> datetime:
    day = occasion.starts_local - timedelta(days=rule.days_before)
    local = datetime.combine(day, rule.at) if rule.at else day
    return to_instant(local, occasion.zone)
