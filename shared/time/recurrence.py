"""The occurrences of a recurrence rule, worked out on the wall clock of its place.

Rules run on local time, so a session at 08.00 stays at 08.00 all year. Where RFC 5545 (section 3.3.10) would skip and not
count an occurrence whose time does not exist, this product does not: a reminder skipped is a treatment missed. The time
moves forward as ``to_instant`` says, and COUNT counts it. Likewise a day that a short month lacks becomes its last day,
unless the caller asks for RFC 5545's omission. Whoever exports a calendar states moved occurrences as dates of their own.

An occurrence is known by its local time: planning again, after a change of rules or zone data, meets the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count

from shared.time.rrule import Rule
from shared.time.wall import to_instant, to_local

FIRST_YEAR, LAST_YEAR = 1900, 2200
MAX_OCCURRENCES = 5_000

_DAY = timedelta(days=1)


class TooMuch(ValueError):
    """An expansion beyond the caps; nothing is left out silently."""


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One occurrence: its wall time as the rule has it (its identity) and the instant that is."""

    local: datetime
    instant: datetime


def occurrences(
    rule: Rule,
    start_local: datetime,
    zone: str,
    between: tuple[datetime, datetime],
    *,
    exdates: Collection[datetime] = (),
    rdates: Collection[datetime] = (),
    omit_missing_days: bool = False,
) -> tuple[Occurrence, ...]:
    """The occurrences with an instant from ``between[0]`` to before ``between[1]``, in order of time.

    ``exdates`` takes occurrences away and ``rdates`` adds some, both by local time; what is taken away has been counted
    by COUNT. The start itself occurs only if the rule says so. Raises ``TooMuch`` for a window or start outside the
    years 1900 to 2200 or more than 5,000 occurrences.
    """
    begin, end = between
    if start_local.year < FIRST_YEAR or end.year > LAST_YEAR:
        raise TooMuch(f"recurrence is worked out from {FIRST_YEAR} to {LAST_YEAR} only")
    expansion = _Expansion(rule, start_local, zone, omit_missing_days)
    added = ((local, to_instant(local, zone)) for local in rdates)
    found: dict[datetime, datetime] = {}
    for local, at in chain(added, expansion.run(to_local(begin, zone).date(), to_local(end, zone).date() + _DAY)):
        if begin <= at < end and local not in exdates:
            found[local] = at
        if len(found) > MAX_OCCURRENCES:
            raise TooMuch(f"more than {MAX_OCCURRENCES} occurrences at once")
    return tuple(Occurrence(local=local, instant=at) for local, at in sorted(found.items(), key=lambda o: (o[1], o[0])))


@dataclass(frozen=True)
class _Expansion:
    """A rule walked period by period: days, weeks, months or years, each with the set of dates the rule picks in it."""

    rule: Rule
    start: datetime
    zone: str
    omit_missing_days: bool

    def run(self, begin: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Local times and instants in order up to the date ``last``; those long before ``begin`` may be left out."""
        rule, counted = self.rule, 0
        for period in count(0 if rule.count else self._period_before(begin)):
            first = self._first_day(period)
            if first > last:
                return
            for day in self._picked(first):
                local = datetime.combine(day, self.start.time())
                if local < self.start:
                    continue
                instant = to_instant(local, self.zone)
                if counted == rule.count or (rule.until and instant > rule.until):
                    return
                counted += 1
                yield local, instant

    def _first_day(self, period: int) -> date:
        steps, start = period * self.rule.interval, self.start.date()
        if self.rule.freq == "DAILY":
            return start + steps * _DAY
        if self.rule.freq == "WEEKLY":
            return self._week_start() + steps * 7 * _DAY
        if self.rule.freq == "YEARLY":
            return date(start.year + steps, 1, 1)
        years, month = divmod(start.month - 1 + steps, 12)
        return date(start.year + years, month + 1, 1)

    def _period_before(self, day: date) -> int:
        """A period that ends before ``day``, or the first of all."""
        start = self.start.date()
        passed = {
            "DAILY": (day - start).days,
            "WEEKLY": (day - self._week_start()).days // 7,
            "MONTHLY": (day.year - start.year) * 12 + day.month - start.month,
            "YEARLY": day.year - start.year,
        }
        return max(0, (passed[self.rule.freq] - 2) // self.rule.interval)

    def _week_start(self) -> date:
        start = self.start.date()
        return start - (start.weekday() - self.rule.week_starts) % 7 * _DAY

    def _picked(self, first: date) -> list[date]:
        """The dates of the period that begins on ``first``, BYSETPOS applied."""
        dates = sorted(self._dates(first))
        at = self.rule.bysetpos
        if at is None:
            return dates
        index = at - 1 if at > 0 else len(dates) + at
        return dates[index : index + 1] if index >= 0 else []

    def _dates(self, first: date) -> set[date]:
        rule = self.rule
        if rule.freq == "DAILY":
            return {first} if self._in_month(first) and self._on_weekday(first) and self._on_monthday(first) else set()
        if rule.freq == "WEEKLY":
            week = (first + n * _DAY for n in range(7))
            return {day for day in week if self._in_month(day) and self._on_weekday(day)}
        if rule.freq == "MONTHLY":
            return self._in_span(first, _next_month(first)) if self._in_month(first) else set()
        if rule.byday and not rule.bymonth:
            return self._in_span(first, date(first.year + 1, 1, 1))
        months = (first.replace(month=month) for month in rule.bymonth or (self.start.month,))
        return {day for month in months for day in self._in_span(month, _next_month(month))}

    def _in_span(self, first: date, after: date) -> set[date]:
        """The dates picked in a month, or in a whole year by weekday, that begins on ``first``."""
        length = (after - first).days
        if not self.rule.byday:
            numbers = self.rule.bymonthday or (self.start.day,)
            days = (self._monthday(number, length) for number in numbers)
            return {first + (day - 1) * _DAY for day in days if day is not None}
        return {
            first + (n * 7 + offset) * _DAY
            for weekday in self.rule.byday
            for offset in [(weekday.day - first.weekday()) % 7]
            for n in _nth(weekday.nth, (length - offset + 6) // 7)
            if self._on_monthday(first + (n * 7 + offset) * _DAY)
        }

    def _monthday(self, number: int, length: int) -> int | None:
        day = number if number > 0 else length + 1 + number
        if day > length and not self.omit_missing_days:
            return length
        return day if 1 <= day <= length else None

    def _in_month(self, day: date) -> bool:
        return not self.rule.bymonth or day.month in self.rule.bymonth

    def _on_weekday(self, day: date) -> bool:
        if self.rule.byday:
            return any(weekday.day == day.weekday() for weekday in self.rule.byday)
        return self.rule.freq == "DAILY" or day.weekday() == self.start.weekday()

    def _on_monthday(self, day: date) -> bool:
        length = (_next_month(day.replace(day=1)) - day.replace(day=1)).days
        wanted = self.rule.bymonthday
        return not wanted or day.day in wanted or day.day - length - 1 in wanted


def _nth(nth: int | None, times: int) -> range:
    """Which of the ``times`` that a weekday comes in a span, counted from 0, its number means."""
    if nth is None:
        return range(times)
    index = nth - 1 if nth > 0 else times + nth
    return range(index, index + 1) if 0 <= index < times else range(0)


def _next_month(first: date) -> date:
    return (first + 31 * _DAY).replace(day=1)
