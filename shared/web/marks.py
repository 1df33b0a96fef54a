"""Where a list of a page goes on: the instant and the id of the last row, in an address. Never a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

Mark = tuple[datetime, UUID]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP = timedelta(microseconds=1)


def written(mark: Mark) -> str:
    """The mark as it stands in an address: microseconds since 1970 and the id."""
    return f"{(mark[0] - EPOCH) // STEP}.{mark[1].hex}"


def read(text: str | None) -> Mark | None:
    """The mark in an address; None, the beginning, for what is none of ours."""
    at, _dot, key = (text or "").partition(".")
    try:
        return EPOCH + int(at) * STEP, UUID(key)
    except (ValueError, OverflowError):
        return None
