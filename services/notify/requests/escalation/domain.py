"""The steps of a clock that runs: at 50, 100, 150 and 200 % of what was promised, and after that again and again.

Both clocks of a request, reading and answering, take them. Time is counted as the promise counts it: day and night for
urgent requests, in the unit's working time for all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from services.notify.requests.domain import Priority
from shared.time import WorkingCalendar

NUDGE, DEPUTY, DUTY, HEAD = 50, 100, 150, 200
LEVELS = (NUDGE, DEPUTY, DUTY, HEAD)
AGAIN_URGENT = timedelta(minutes=30)
"""How often the head of unit is told again after the last level; for all others it is every working day."""

LATE_FROM = DEPUTY
"""From this level the promise is broken."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One promise that runs from ``begins`` to ``ends``. ``calendar`` is None when it runs day and night."""

    begins: datetime
    ends: datetime
    calendar: WorkingCalendar | None

    def at_level(self, level: int) -> datetime:
        """When ``level`` percent of it have passed; 201, 202 … are the times it is told again."""
        if level > HEAD:
            return self._again(self.at_level(HEAD), level - HEAD)
        whole = self._length()
        if level <= DEPUTY:
            return self.ends if level == DEPUTY else self._after(self.begins, whole * level / 100)
        return self._after(self.ends, whole * (level - DEPUTY) / 100)

    def reached(self, done: int, at: datetime) -> list[int]:
        """The levels above ``done`` that have come by ``at``. Of the tellings again only the last: one is enough."""
        levels = [level for level in LEVELS if level > done and self.at_level(level) <= at]
        if max([done, *levels]) < HEAD:
            return levels
        last = max(self._repeats(done, at), default=None)
        return levels if last is None else [*levels, last]

    def next_after(self, done: int) -> datetime:
        """When the next level after ``done`` comes."""
        return self.at_level(next((level for level in LEVELS if level > done), done + 1))

    def _repeats(self, done: int, at: datetime) -> Iterator[int]:
        for level in count(max(done, HEAD) + 1):
            if self.at_level(level) > at:
                return
            yield level

    def _length(self) -> timedelta:
        """How much of the clock's own time was promised; elapsed time where no open time lies between."""
        return self._worked() or self.ends - self.begins

    def _worked(self) -> timedelta:
        total, at = timedelta(), self.begins
        while self.calendar and (opens := self.calendar.next_open(at)) is not None and opens < self.ends:
            at = min(self.calendar.next_change(opens) or self.ends, self.ends)
            total += at - opens
        return total

    def _after(self, at: datetime, amount: timedelta) -> datetime:
        return self.calendar.add_working(at, amount) if self.calendar else at + amount

    def _again(self, at: datetime, times: int) -> datetime:
        return self.calendar.add_working_days(at, times) if self.calendar else at + times * AGAIN_URGENT


def clock_of(priority: Priority, begins: datetime, ends: datetime, calendar: WorkingCalendar) -> Clock:
    """The clock of one promise of a request of that priority."""
    return Clock(begins=begins, ends=ends, calendar=None if priority == Priority.URGENT else calendar)
