"""The lines of the journal: a message by its opaque id and the channel it left by, in a file for each day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

KEPT = timedelta(days=35)
"""How long a day's file is kept. A backup that is older can't be told what left after it."""


def file_name(day: date) -> str:
    return f"{day.isoformat()}.sent"


def day_of(name: str) -> date | None:
    """The day whose file this is; None for any other file."""
    try:
        return date.fromisoformat(name.removesuffix(".sent")) if name.endswith(".sent") else None
    except ValueError:
        return None


def line(delivery_id: UUID, channel: str) -> str:
    return f"{delivery_id} {channel}\n"


def read(lines: Iterable[str]) -> Iterator[tuple[UUID, str]]:
    """What the lines tell. One that a crash has cut short tells nothing."""
    for text in lines:
        key, _, channel = text.rstrip("\n").partition(" ")
        try:
            delivery_id = UUID(key)
        except ValueError:
            continue
        if channel and text.endswith("\n"):
            yield delivery_id, channel
