"""What is known of one service, as plain values. Every age is in seconds. No personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AT_MOST = 1000
"""No count goes further than this: an alarm must stay cheap when very much waits."""


@dataclass(frozen=True)
class Waits:
    """Something that waits: how many (at most ``AT_MOST`` are counted) and for how many seconds the oldest has."""

    count: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Told:
    """A stream this service tells: numbered and stored by its reader so far, and what waits for either."""

    head: int
    confirmed: int
    unconfirmed: float | None = None
    unnumbered: float | None = None


@dataclass(frozen=True)
class Hindrance:
    """What keeps due work from being done, whoever does it: for how long, and how long what waits is still of use."""

    what: str
    why: str
    seconds: float
    waits: Waits
    loses_use_in: float | None


@dataclass(frozen=True)
class DueWork:
    """One kind of work that becomes due by time. ``seconds``: for how long the oldest has been due, None if nothing is."""

    seconds: float | None
    hindrance: Hindrance | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one service. Every age is in seconds; None: never, or nothing. No personal data.

    ``relay`` is since a relay last went round as leader, ``bell`` since the broker last took its bell, ``work`` and
    ``stand_in`` since the worker and the relay's stand-in last got anything done, ``unchained`` since the oldest row of the
    access log that is not chained was written.
    """

    service: str
    relay: float | None = None
    bell: float | None = None
    work: float | None = None
    stand_in: float | None = None
    leader: int = 0
    tells: Mapping[str, Told] = field(default_factory=dict)
    heard: Mapping[str, int] = field(default_factory=dict)
    inbox: Mapping[str, Waits] = field(default_factory=dict)
    due: Mapping[str, DueWork] = field(default_factory=dict)
    unchained: float | None = None

    def waits(self, state: str) -> Waits:
        return self.inbox.get(state, Waits())
