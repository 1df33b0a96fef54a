"""A message as any channel takes it, and what may become of it.

The whole difference between outcomes is whether the message may have left: only then can sending it again be a second
one in somebody's hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One message, ready in words. ``id`` stays the same however often it is sent: the key of a channel that keeps one."""

    id: UUID
    message_id: str
    to: str
    subject: str
    text: str
    language: str
    at: datetime
    possible_duplicate: bool = False


class Fate(StrEnum):
    """What became of one message."""

    ACCEPTED = "accepted"
    LATER = "later"
    """Not taken this time; nothing left."""
    REFUSED = "refused"
    """Not taken, and would not be another time."""
    UNKNOWN = "unknown"
    """It left, and no answer came: it may have been taken."""
    UNTRIED = "untried"
    """Not even begun: nothing is known of this message, only of the channel."""


@dataclass(frozen=True)
class Outcome:
    """What became of one message, and a short code of the reason, never anybody's words or address."""

    fate: Fate
    reason: str | None = None


ACCEPTED = Outcome(Fate.ACCEPTED)
DOWN = Outcome(Fate.UNTRIED, "down")
"""The channel itself can't be reached: sending pauses, nothing is lost."""
OUT_OF_TIME = Outcome(Fate.UNTRIED, "out_of_time")


class Trouble(Exception):
    """A message could not be sent, and nothing of it left. ``permanent``: trying again would not help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent

    @property
    def outcome(self) -> Outcome:
        return Outcome(Fate.REFUSED if self.permanent else Fate.LATER, self.reason)


class Channel(Protocol):
    """A way of reaching people. Never raises for a single message, and holds nobody else up for longer than its deadline."""

    window: int
    """How many messages it is given at a time: their outcomes are written down before it gets the next."""
    keeps_keys: bool
    """Whether the other side keeps the ``id`` of what it took: then sending it again is never a second message."""

    def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
        """Send them, for at most ``seconds``. One outcome for each, in order."""
        ...
