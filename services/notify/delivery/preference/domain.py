"""What a person may decide about messages to them, and what holds until they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from shared.channels import CHANNELS
from shared.events import QuietInterval
from shared.time import DEFAULT_QUIET

MINIMAL, PLACE = "minimal", "place"
DETAILS = (MINIMAL, PLACE)
"""How much a message may say: that there is a time and when, or also at which unit."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """One person's wishes; as it stands, those of a person who has not said anything."""

    channels: tuple[str, ...] = CHANNELS
    quiet_hours: tuple[QuietInterval, ...] = DEFAULT_QUIET
    detail: str = MINIMAL
    language: str | None = None


def every_day(start: time, end: time) -> tuple[QuietInterval, ...]:
    """The same quiet hours every day; none at all when they begin and end at the same time."""
    return () if start == end else (QuietInterval(weekday=None, start=start, end=end),)


def as_rows(hours: Sequence[QuietInterval]) -> list[dict[str, Any]]:
    return [{"weekday": h.weekday, "start": h.start.isoformat(), "end": h.end.isoformat()} for h in hours]


def from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[QuietInterval, ...]:
    return tuple(
        QuietInterval(
            weekday=row["weekday"], start=time.fromisoformat(row["start"]), end=time.fromisoformat(row["end"])
        )
        for row in rows
    )
