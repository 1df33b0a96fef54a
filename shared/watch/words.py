"""Counts and lengths of time as people say them."""

from __future__ import annotations

from datetime import timedelta

from shared.watch.facts import AT_MOST, Waits


def many(count: int, what: str) -> str:
    more = "more than " if count > AT_MOST else ""
    return f"{more}{min(count, AT_MOST)} {what}{'' if count == 1 else 's'}"


def wait(waits: Waits, what: str) -> str:
    return f"{many(waits.count, what)} {'waits' if waits.count == 1 else 'wait'}"


def span(seconds: float | None) -> str:
    """A length of time as people say it: ``42 s``, ``3 min``, ``2 h 5 min``, ``4 days``."""
    whole = timedelta(seconds=max(0, round(seconds or 0)))
    minutes = whole // timedelta(minutes=1)
    if minutes < 2:
        return f"{whole // timedelta(seconds=1)} s"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 2 * 24 * 60 else f"{whole.days} days"
