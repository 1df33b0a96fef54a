"""What the leading relay looks at in each round, and how it numbers what it finds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from shared import crash
from shared.bus import outbox
from shared.db import Database


@dataclass(frozen=True)
class Seen:
    """Whether we still lead, the streams with something to number, the heads of those their readers have not stored all
    of, and whether the access log has rows to chain."""

    leads: bool
    fresh: Collection[str]
    waiting: Mapping[str, int]
    unchained: bool


def look(database: Database, leader: int) -> Seen:
    """All of it in one transaction."""
    with database.begin() as session:
        leads, unchained = outbox.leads_and_chains(session, leader)
        return Seen(leads, outbox.unnumbered(session), outbox.unconfirmed(session), unchained)


def number_all(database: Database, leader: int, streams: Collection[str]) -> None:
    """Number everything committed in these streams, some thousands in each transaction."""
    numbered = 0
    for stream in streams:
        while True:
            with database.begin() as session:
                count = outbox.number(session, stream, leader)
                if count:
                    crash.here("numbers.given")
            numbered += count
            if count < outbox.NUMBER_AT_MOST:
                break
    if numbered:
        crash.here("numbers.committed")
