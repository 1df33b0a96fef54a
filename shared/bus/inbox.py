"""The receiving side: a batch and the reader's contiguous cursor are stored in one transaction, handled afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import crash
from shared.bus import afresh, envelope, known, reading
from shared.bus.freeing import is_left_behind
from shared.bus.tables import cursor, inbox
from shared.db import Database, insert_all

BATCH = 1000
FEWER = 8
"""After an answer that can't be read, this many times fewer events are asked for, until the one at fault stands alone."""
PATIENCE = timedelta(seconds=60)
"""How long a number that the producer does not give is asked for again, before its place is kept and passed over."""


@dataclass(frozen=True)
class Cursor:
    """How far one stream is stored here."""

    generation: int
    seq: int
    last_event: UUID | None


class Feed(Protocol):
    """Where a stream is read: over HTTP in the running system, a plain function in a test."""

    def __call__(self, stream: str, after: int, last: UUID | None, limit: int) -> list[Any]: ...


class FeedUnavailable(Exception):
    """The producer did not answer: nothing is lost, the next bell or poll asks again."""


class FeedUnreadable(FeedUnavailable):
    """The producer did answer, with something that is no batch of events: fewer are asked for."""


class FeedRegressed(Exception):
    """The producer answered 409: it no longer has the event this reader had last."""


def receive(database: Database, feed: Feed, stream: str) -> int:
    """Fetch and store everything new on one stream. Returns how many events were stored."""
    stored, limit, restored = 0, BATCH, False
    while True:
        with database.begin() as session:
            at = where(session, stream)
        try:
            batch = feed(stream, at.seq, at.last_event, limit)
        except FeedRegressed:
            if restored:
                raise FeedUnavailable(f"{stream}: regressed again") from None
            start_afresh(database, stream, at)
            restored = True
            continue
        except FeedUnreadable:
            if limit > 1:
                limit = max(1, limit // FEWER)
                continue
            batch = [None]
        crash.here("inbox.fetched")
        if batch and not store(database, stream, at, batch):
            return stored
        stored += len(batch)
        if len(batch) < limit:
            afresh.finish(database, stream)
            return stored
        limit = min(BATCH, limit * FEWER)


def where(session: Session, stream: str, *, lock: bool = False) -> Cursor:
    query = sa.select(cursor.c.generation, cursor.c.seq, cursor.c.last_event).where(cursor.c.stream == stream)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        session.execute(insert(cursor).values(stream=stream).on_conflict_do_nothing())
        return Cursor(1, 0, None)
    return Cursor(*row)


def store(database: Database, stream: str, asked: Cursor, batch: list[Any]) -> bool:
    """Store one batch and move the cursor over its contiguous part, in one transaction.

    False when another process stored it meanwhile or when the batch does not continue where the cursor stands.
    """
    rows = reading.rows(stream, asked.generation, asked.seq, batch)
    with database.begin() as session:
        if where(session, stream, lock=True) != asked:
            return False
        if not rows and not _waited_long_enough(session, stream):
            return False
        last = envelope.identity(batch[len(rows) - 1]) if rows else None
        rows = rows or [reading.never_came(stream, asked.generation, asked.seq + 1, batch[0])]
        held = _stuck_aggregates(session, stream)
        for row in rows:
            if row["state"] == "waiting" and row["aggregate"] in held:
                row["state"] = "held"
        insert_all(session, inbox, rows, known=True)
        known.settle(session, rows)
        # An id that can't be read is not compared when the next number is asked for.
        values = {"seq": rows[-1]["seq"], "last_event": last, "received_at": sa.func.clock_timestamp()}
        session.execute(sa.update(cursor).where(cursor.c.stream == stream).values(gap_since=None, **values))
        crash.here("inbox.written")
    crash.here("inbox.committed")
    return True


def is_waiting(session: Session) -> bool:
    """Whether something could be handled now that no bell will ring for: it was received, and its first attempt failed
    or died with its process, or it is held behind nothing."""
    ready = sa.exists().where(inbox.c.state == "waiting", inbox.c.not_before <= sa.func.clock_timestamp())
    return bool(session.execute(sa.select(ready)).scalar_one()) or is_left_behind(session)


def start_afresh(database: Database, stream: str, asked: Cursor) -> None:
    """Read a restored producer from its first event again, unless another process has begun to."""
    with database.begin() as session:
        if where(session, stream, lock=True) == asked:
            afresh.begin(session, stream, afresh.RESTORED)


def _waited_long_enough(session: Session, stream: str) -> bool:
    """Note since when the next number is missing; true when it has been asked for long enough."""
    now = sa.func.clock_timestamp()
    since = sa.func.coalesce(cursor.c.gap_since, now)
    noted = sa.update(cursor).where(cursor.c.stream == stream).values(gap_since=since)
    return bool(session.execute(noted.returning(cursor.c.gap_since + PATIENCE < now)).scalar_one())


def _stuck_aggregates(session: Session, stream: str) -> set[str]:
    """Aggregates with an event that failed or is parked: what comes after it waits for it."""
    failed = sa.or_(inbox.c.state == "parked", sa.and_(inbox.c.state == "waiting", inbox.c.problem.is_not(None)))
    return set(
        session.execute(sa.select(inbox.c.aggregate).distinct().where(inbox.c.stream == stream, failed)).scalars()
    )
