"""The promises: how soon a request is read and answered, counted in the hours of the unit whose people answer.

| priority | read within | answered within | counted |
|---|---|---|---|
| urgent | 30 minutes | 2 hours | day and night |
| soon | 4 working hours | by the close of the next working day | in working time |
| routine | 1 working day | 3 calendar days, the care guarantee's own limit | moved into working time |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notify.requests.domain import Priority
from shared.events import UnitChanged
from shared.time import WorkingCalendar, calendar_of, duty_calendar_of, to_instant, to_local

URGENT_READ = timedelta(minutes=30)
URGENT_ANSWER = timedelta(hours=2)
SOON_READ = timedelta(hours=4)
ROUTINE_ANSWER = timedelta(days=3)


@dataclass(frozen=True)
class Promise:
    """The two instants that are promised."""

    acknowledge_by: datetime
    answer_by: datetime


def staffed(unit: UnitChanged, at: datetime) -> bool:
    """Whether somebody at the unit answers at ``at``: its people in their hours, or a duty line that is open."""
    return calendar_of(unit).is_open(at) or bool(unit.duty_line and duty_calendar_of(unit).is_open(at))


def opens_as(asked: Priority, unit: UnitChanged, at: datetime) -> Priority:
    """What a request asked for as ``asked`` opens as. Nothing is urgent where nobody reads it: then it is ``soon``,
    and the page says when somebody does."""
    return Priority.SOON if asked == Priority.URGENT and not staffed(unit, at) else asked


def read_from(unit: UnitChanged, at: datetime) -> datetime | None:
    """When somebody reads next; None when people are at work now, or when nobody knows."""
    calendar = calendar_of(unit)
    return None if calendar.is_open(at) else calendar.next_open(at)


def promise(priority: Priority, at: datetime, calendar: WorkingCalendar) -> Promise:
    """What is promised of a request that opens at ``at``. Reading is never promised later than the answer."""
    if priority == Priority.URGENT:
        return Promise(at + URGENT_READ, at + URGENT_ANSWER)
    if priority == Priority.SOON:
        answer = calendar.end_of_next_working_day(at)
        return Promise(min(calendar.add_working(at, SOON_READ), answer), answer)
    read = calendar.add_working_days(at, 1)
    three_days_on = to_instant(to_local(at, calendar.zone) + ROUTINE_ANSWER, calendar.zone)
    return Promise(read, max(read, calendar.add_working_days(three_days_on, 0)))


def tightened(known: Promise, fresh: Promise) -> Promise:
    """After a more pressing cause has joined: whatever was promised sooner stands."""
    earliest = min(known.acknowledge_by, fresh.acknowledge_by), min(known.answer_by, fresh.answer_by)
    return Promise(*earliest)


def resumed(deadline: datetime, stood_still: timedelta, priority: Priority, calendar: WorkingCalendar) -> datetime:
    """The deadline after the clock stood still for that long, moved into hours in which somebody can keep it."""
    later = deadline + stood_still
    return later if priority == Priority.URGENT else calendar.next_open(later) or later
