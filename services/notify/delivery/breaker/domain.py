"""How long a channel is left alone."""

from __future__ import annotations

from datetime import timedelta

LONGEST = timedelta(minutes=1)


def pause(failures: int) -> timedelta:
    """The pause after a channel could not be reached ``failures`` times in a row: 2, 4, 8 … seconds."""
    return min(timedelta(seconds=2 ** min(failures, 10)), LONGEST)
