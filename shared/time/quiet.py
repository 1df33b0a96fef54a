"""Quiet hours: when a person is left alone, by the clock on their own wall.

A message that falls due in quiet hours is held to their end. Where that is too late to be of use it leaves before they
begin, and where that is no longer possible it is not sent at all: the caller shows it in the product only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.events import QuietInterval
from shared.time.wall import to_local, zone_of

DEFAULT_QUIET = (QuietInterval(weekday=None, start=time(21), end=time(8)),)
"""Nobody is written to at night who has not asked for it."""

PURPOSE_LEAD = timedelta(hours=2)
"""A reminder this close before its subject is too late to act on: it is useful until the subject's start less this."""

ADVANCE_MARGIN = timedelta(minutes=15)
"""An advanced message leaves this long before quiet begins, so that what queues for a moment is still in time."""

_HORIZON = 9
"""Days to look for a moment outside: a week returns to the same hour, a day more covers a change of clocks."""

_DAY = timedelta(days=1)


def is_quiet(at: datetime, hours: tuple[QuietInterval, ...], zone: str) -> bool:
    """Whether the wall clock in ``zone`` stands inside one of ``hours`` at the instant ``at``; the end is outside."""
    local = to_local(at, zone)
    return any(_holds(interval, local) for interval in hours)


def quiet_shift(
    due: datetime,
    useful_until: datetime,
    hours: tuple[QuietInterval, ...],
    zone: str,
    *,
    not_before: datetime | None = None,
) -> datetime | None:
    """When a message due at ``due`` may be sent, or None when it may not be sent at all.

    ``useful_until`` is the last instant at which it is still of use; for a reminder of something at a time that is
    ``PURPOSE_LEAD`` before it. ``not_before`` is the present: a message cannot be advanced to a time that has passed.
    """
    if due > useful_until:
        return None
    if not is_quiet(due, hours, zone):
        return due
    deferred = _quiet_ends(due, hours, zone)
    if deferred is not None and deferred <= useful_until:
        return deferred
    return _before_quiet(due, hours, zone, not_before)


def _holds(interval: QuietInterval, local: datetime) -> bool:
    at = local.time()
    if interval.start <= interval.end:
        return interval.start <= at < interval.end and _on(interval, local)
    return (at >= interval.start and _on(interval, local)) or (at < interval.end and _on(interval, local - _DAY))


def _on(interval: QuietInterval, local: datetime) -> bool:
    return interval.weekday is None or interval.weekday == local.weekday()


def _quiet_ends(due: datetime, hours: tuple[QuietInterval, ...], zone: str) -> datetime | None:
    today = to_local(due, zone).date()
    for ahead in range(_HORIZON):
        for change in _changes(today + ahead * _DAY, hours, zone):
            if change > due and not is_quiet(change, hours, zone):
                return change
    return None


def _before_quiet(
    due: datetime, hours: tuple[QuietInterval, ...], zone: str, not_before: datetime | None
) -> datetime | None:
    """Just before the quiet around ``due`` begins, but within the open stretch that leads up to it."""
    begins = due
    for change in _changes_back(due, hours, zone):
        if not is_quiet(change, hours, zone):
            earliest = change if not_before is None else max(change, not_before)
            return max(begins - ADVANCE_MARGIN, earliest) if earliest < begins else None
        begins = change
    return None


def _changes_back(due: datetime, hours: tuple[QuietInterval, ...], zone: str) -> Iterator[datetime]:
    today = to_local(due, zone).date()
    for back in range(_HORIZON):
        yield from (c for c in reversed(_changes(today - back * _DAY, hours, zone)) if c <= due)


def _changes(day: date, hours: tuple[QuietInterval, ...], zone: str) -> list[datetime]:
    """Every instant of a local day at which quiet may begin or end, in order: where the wall clock passes a written
    time (on each pass, if it comes twice) and where the clock itself is moved over one."""
    place = zone_of(zone)
    written = {edge for interval in hours for edge in (interval.start, interval.end)}
    walls = [datetime.combine(day, edge, tzinfo=place) for edge in written | {time.min}]
    instants = {wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1)}
    midnight = datetime.combine(day, time.min, tzinfo=place).astimezone(UTC)
    return sorted(instants | _clock_moves(midnight, midnight + _DAY, place))


def _clock_moves(start: datetime, end: datetime, place: ZoneInfo) -> set[datetime]:
    """The instant between ``start`` and ``end`` at which the zone's offset changes, if it does."""
    before = start.astimezone(place).utcoffset()
    if end.astimezone(place).utcoffset() == before:
        return set()
    while end - start > timedelta(seconds=1):
        middle = start + (end - start) // 2
        start, end = (middle, end) if middle.astimezone(place).utcoffset() == before else (start, middle)
    return {end.replace(microsecond=0)}
