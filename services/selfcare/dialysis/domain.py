"""A weekly pattern of sessions on the wall clock, and which sessions it makes in a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.time.recurrence import occurrences
from shared.time.rrule import parse_rule

PLANNED_AHEAD = timedelta(weeks=8)
"""How far ahead sessions stand in the calendar."""

TOP_UP_BELOW = PLANNED_AHEAD - timedelta(days=1)
"""Less than this ahead, and the next sessions are added."""

KIND = "dialysis_session"


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """When a person dialyses: a recurrence rule from a first wall time, and how long a session takes."""

    rule: str
    start_local: datetime
    zone: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One session to come. Its wall time is its identity; its length is elapsed time, whatever the clocks do."""

    starts_local: datetime
    starts_at: datetime
    ends_at: datetime


def sessions(pattern: Pattern, since: datetime, until: datetime) -> list[Planned]:
    """The pattern's sessions that start from ``since`` to before ``until``. A time that does not exist moves forward,
    one that comes twice is the first: never none, never two. Raises ``ValueError`` for a rule that is not allowed."""
    found = occurrences(parse_rule(pattern.rule), pattern.start_local, pattern.zone, (since, until))
    length = timedelta(minutes=pattern.minutes)
    return [Planned(starts_local=one.local, starts_at=one.instant, ends_at=one.instant + length) for one in found]
