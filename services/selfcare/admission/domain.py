"""Nights and leaving days of a stay, and how long a wish to come in stands."""

from __future__ import annotations

from datetime import datetime, time, timedelta

LEAVES_BY = time(12)
"""By when the bed is left on the leaving day."""

KIND = "leaving_day"

JOINED_FOR = timedelta(hours=24)
"""A second press within this time is the same wish, not a new one."""


def leaves_local(starts_local: datetime, nights: int) -> datetime:
    """The wall time at which a stay of so many nights ends: a night is a midnight passed, not 24 hours."""
    return datetime.combine(starts_local.date() + timedelta(days=nights), LEAVES_BY)


def is_same_wish(asked_at: datetime, called_before: datetime | None, at: datetime) -> bool:
    """Whether a press at ``at`` joins the wish of ``asked_at``: until the promised call is late, or for a day when
    nobody was on duty to promise one."""
    return at < (called_before or asked_at + JOINED_FOR)
