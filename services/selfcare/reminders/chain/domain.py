"""What follows when a question was delivered and no answer comes: again, then a delegate, then the named contact.

The chain counts from the first delivery to its end: a day before the last useful time, or earlier so that the unit has
working time left. When little time remains the steps in between fall away; the person always has some time to answer.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from services.selfcare.reminders.domain import last_word
from shared.time import WorkingCalendar, to_local

TIME_TO_ANSWER = timedelta(hours=2)
"""Nobody is said not to have answered sooner than this after the delivery, unless the useful time ends before."""

SHORTEST_WITH_STEPS = timedelta(hours=4)
"""In a shorter chain a second message would only pester: it has its end alone."""

OVERSLEPT = timedelta(hours=1)
"""An end of the chain that is handled this late was slept through by us, not by the person who was asked."""

EVENING = time(17)


class Step(StrEnum):
    """What the chain does next. ``SENT_AGAIN`` asks once more after our own downtime, and the chain starts over."""

    AGAIN = "again"
    DELEGATE = "delegate"
    LAST = "last"
    SENT_AGAIN = "sent_again"


ORDER = tuple(Step)


def ends(delivered_at: datetime, useful_until: datetime, calendar: WorkingCalendar | None) -> datetime:
    """When the named contact is asked to look."""
    some_time = min(delivered_at + TIME_TO_ANSWER, useful_until)
    return max(last_word(useful_until, calendar), some_time)


def steps(delivered_at: datetime, until: datetime, zone: str) -> tuple[tuple[Step, datetime], ...]:
    """The steps from the first delivery to the end: a second message at half of the time, a delegate at three quarters.

    No second message goes on the evening of the first, by the recipient's clock.
    """
    length, last = until - delivered_at, (Step.LAST, until)
    if length < SHORTEST_WITH_STEPS:
        return (last,)
    again, delegate = delivered_at + length / 2, delivered_at + length * 3 / 4
    first = () if _same_evening(delivered_at, again, zone) else ((Step.AGAIN, again),)
    return (*first, (Step.DELEGATE, delegate), last)


def step_now(planned: Step, until: datetime, at: datetime) -> Step:
    """The step to take at ``at``: once the chain's time is out its end alone, and nothing is caught up with before it."""
    return max(planned, Step.LAST, key=ORDER.index) if at >= until else planned


def next_step(after: Step | None, timetable: tuple[tuple[Step, datetime], ...]) -> tuple[Step, datetime] | None:
    """The first step later in the chain than ``after``; None after the last."""
    done = -1 if after is None else ORDER.index(after)
    return next(((step, when) for step, when in timetable if ORDER.index(step) > done), None)


def _same_evening(one: datetime, other: datetime, zone: str) -> bool:
    first, second = to_local(one, zone), to_local(other, zone)
    return first.date() == second.date() and first.time() >= EVENING
