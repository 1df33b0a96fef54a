"""How long somebody stays signed in on one device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

IDLE = {"staff": timedelta(minutes=30), "patient": timedelta(minutes=60), "delegate": timedelta(minutes=60)}
"""Unused for this long, a session is over. It is looked at when its cookie is renewed, at most ten minutes apart, so
it may be over up to ten minutes sooner, never later."""

LONGEST = timedelta(hours=12)

KEPT_FOR = timedelta(days=90)
"""How long a session is known after it began: while somebody may ask on which device it was. Who looked at what stands in
the access log with its own facts, and is read there without it."""


@dataclass(frozen=True)
class Vouch:
    """How somebody last showed who they are: when (None: nobody told), and whether by more than a mail or a link."""

    at: datetime | None = None
    strong: bool = False


Over = Literal["ended", "idle", "too_long"]


def over(kind: str, started_at: datetime, seen_at: datetime, ended_at: datetime | None, at: datetime) -> Over | None:
    """Why a session no longer stands at ``at``, or None while it does."""
    if ended_at is not None:
        return "ended"
    if at - seen_at >= IDLE[kind]:
        return "idle"
    return "too_long" if at - started_at >= LONGEST else None


def runs_out(kind: str, started_at: datetime, seen_at: datetime) -> datetime:
    """When the session is over unless it is used before."""
    return min(seen_at + IDLE[kind], started_at + LONGEST)
