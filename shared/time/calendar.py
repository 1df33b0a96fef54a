"""The working calendar of a care unit: when it is open, and promises counted in open time only.

Amounts of working time are elapsed time (``timedelta``), so a day of 23 or 25 hours counts what it really held. A unit
that never opens is counted by the plain clock: its promises then fall due early, but no clock stops silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from shared.events import OpenHours, UnitChanged
from shared.time.wall import to_instant, to_local

SUNDAY = 6

_DAY = timedelta(days=1)
_HORIZON = 400
"""Days to look for an opening: longer than any unit is closed."""

_WINDOWS = (7, 35, _HORIZON)

Open = tuple[datetime, datetime]
"""One stretch of open time: from the first instant to before the second."""


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """Weekly hours in a zone, less the Swedish public holidays with their customary eves and the days in
    ``extra_closed``. On such a day the hours of the weekday ``closed_day_as`` hold, or none at all."""

    hours: tuple[OpenHours, ...]
    zone: str
    closed_on_holidays: bool = True
    extra_closed: tuple[date, ...] = field(default=())
    closed_day_as: int | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether the unit is open at the instant ``at``; the closing instant is already closed."""
        return any(opens <= at for opens, _ in self._ahead(at, days=1))

    def next_open(self, at: datetime) -> datetime | None:
        """``at`` itself when open, else when the unit opens next; None when it never does."""
        return next((max(opens, at) for opens, _ in self._ahead(at)), None)

    def next_change(self, at: datetime) -> datetime | None:
        """The next instant after ``at`` at which the unit may close or open; None when it never does."""
        return next((closes if opens <= at else opens for opens, closes in self._ahead(at)), None)

    def add_working(self, at: datetime, amount: timedelta) -> datetime:
        """The instant at which ``amount`` of open time has passed since ``at``; with none to pass, the next opening."""
        left = amount
        for opens, closes in self._ahead(at):
            begins = max(opens, at)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        return at + amount

    def leave_working(self, until: datetime, amount: timedelta) -> datetime:
        """The latest instant from which ``amount`` of open time still remains before ``until``."""
        for days in _WINDOWS:
            since = until - days * _DAY
            left = amount
            for opens, closes in reversed([stretch for stretch in self._ahead(since, days + 2) if stretch[0] < until]):
                begins, ends = max(opens, since), min(closes, until)
                if left <= ends - begins:
                    return ends - left
                left -= ends - begins
        return until - amount

    def add_working_days(self, at: datetime, days: int) -> datetime:
        """The same wall time that many working days later, moved into that day's hours; counted from the next
        opening when ``at`` lies on a closed day."""
        local = to_local(at, self.zone)
        counted = list(self._open_days(local.date(), days + 1))
        if len(counted) <= days:
            return at + days * _DAY
        on_open_day = counted[0] == local.date()
        stretches = list(self._stretches(counted[days], 1))
        wanted = (
            to_instant(datetime.combine(counted[days], local.time()), self.zone) if on_open_day else stretches[0][0]
        )
        return min(max(wanted, stretches[0][0]), stretches[-1][1])

    def end_of_next_working_day(self, at: datetime) -> datetime:
        """When the unit closes on the first working day after the local date of ``at``."""
        tomorrow = to_local(at, self.zone).date() + _DAY
        day = next(iter(self._open_days(tomorrow, 1)), None)
        return at + _DAY if day is None else list(self._stretches(day, 1))[-1][1]

    def _open_days(self, first: date, count: int) -> Iterator[date]:
        days = (first + n * _DAY for n in range(_HORIZON))
        for day in (day for day in days if self._hours_on(day)):
            if count == 0:
                return
            count -= 1
            yield day

    def _ahead(self, at: datetime, days: int = _HORIZON) -> Iterator[Open]:
        """The stretches not yet over at ``at``, in order; hours across midnight begin on the day before."""
        yesterday = to_local(at, self.zone).date() - _DAY
        return (stretch for stretch in self._stretches(yesterday, days + 1) if stretch[1] > at)

    def _stretches(self, first: date, days: int) -> Iterator[Open]:
        """The open stretches that begin on ``days`` local days from ``first``, in order and without overlap."""
        shut = to_instant(datetime.combine(first, time.min), self.zone)
        for day in (first + n * _DAY for n in range(days)):
            for hours in self._hours_on(day):
                ends_on = day if hours.closes > hours.opens else day + _DAY
                opens = max(to_instant(datetime.combine(day, hours.opens), self.zone), shut)
                closes = to_instant(datetime.combine(ends_on, hours.closes), self.zone)
                if opens < closes:
                    yield opens, closes
                    shut = closes

    def _hours_on(self, day: date) -> list[OpenHours]:
        weekday: int | None = day.weekday()
        if day in self.extra_closed or (self.closed_on_holidays and day in _swedish_holidays(day.year)):
            weekday = self.closed_day_as
        return sorted((h for h in self.hours if h.weekday == weekday), key=lambda h: h.opens)


def calendar_of(unit: UnitChanged) -> WorkingCalendar:
    """When the people of ``unit`` work."""
    return WorkingCalendar(
        hours=unit.hours,
        zone=unit.zone,
        closed_on_holidays=unit.closed_on_holidays,
        extra_closed=unit.extra_closed,
    )


def duty_calendar_of(unit: UnitChanged) -> WorkingCalendar:
    """When the duty line of ``unit`` is answered.

    On a closed day it keeps its Sunday hours: a line answered round the clock is open on Christmas Day, one answered
    on weekday evenings is not, and nobody is sent to a silent telephone.
    """
    return WorkingCalendar(
        hours=unit.duty_hours,
        zone=unit.zone,
        closed_on_holidays=unit.closed_on_holidays,
        extra_closed=unit.extra_closed,
        closed_day_as=SUNDAY,
    )


@cache
def _swedish_holidays(year: int) -> frozenset[date]:
    """Public holidays, and the eves everybody keeps as one: midsummer, Christmas and New Year's eve."""
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))
