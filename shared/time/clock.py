"""The one clock of the product. Rules never read it: they take the instant ``at`` that their caller read here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_SHIFT = re.compile(r"(?P<sign>[+-])(?P<number>[0-9]{1,6})(?P<unit>[dhm])", re.ASCII)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


class Clock:
    """Tells the product's time: the machine's, plus an offset that only a demonstration ever sets.

    ``offset`` is asked at each reading, so a changed demo offset counts from the next one. Leases, back-off and tokens
    measure real database time instead and do not use this clock.
    """

    def __init__(self, offset: Callable[[], timedelta] = timedelta) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        return datetime.now(UTC) + self._offset()


class FixedClock(Clock):
    """A clock for tests: it stands at ``at`` until ``at`` is set to something else."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        if at.utcoffset() is None:
            raise ValueError("a clock needs an aware instant")
        self.at = at

    def now(self) -> datetime:
        return self.at.astimezone(UTC)


def parse_shift(text: str) -> timedelta:
    """The signed duration written as ``+2d``, ``+90m`` or ``-1h`` (days are 24 hours). Raises ``ValueError``."""
    found = _SHIFT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a shift: write for example +2d, +90m or -1h")
    amount = int(found["number"]) * _UNITS[found["unit"]]
    return -amount if found["sign"] == "-" else amount
