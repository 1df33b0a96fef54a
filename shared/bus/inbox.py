"""The receiving side: a batch and the reader's contiguous cursor are stored in one transaction, handled afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import crash
from shared.bus import envelope
from shared.bus.tables import cursor, inbox
from shared.db import Database, insert_all

BATCH = 1000


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


class FeedRegressed(Exception):
    """The producer answered 409: it no longer has the event this reader had last."""


def receive(database: Database, feed: Feed, stream: str) -> int:
    """Fetch and store everything new on one stream. Returns how many events were stored."""
    stored = 0
    while True:
        with database.begin() as session:
            at = where(session, stream)
        try:
            batch = feed(stream, at.seq, at.last_event, BATCH)
        except FeedRegressed:
            start_afresh(database, stream, at)
            continue
        crash.here("inbox.fetched")
        if not batch or not store(database, stream, at, batch):
            return stored
        stored += len(batch)
        if len(batch) < BATCH:
            return stored


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
    rows = _rows(stream, asked, batch)
    if not rows:
        return False
    with database.begin() as session:
        if where(session, stream, lock=True) != asked:
            return False
        held = _stuck_aggregates(session, stream)
        for row in rows:
            if row["state"] == "waiting" and row["aggregate"] in held:
                row["state"] = "held"
        insert_all(session, inbox, rows, known=True)
        values = {"seq": rows[-1]["seq"], "last_event": rows[-1]["event_id"], "received_at": sa.func.clock_timestamp()}
        session.execute(sa.update(cursor).where(cursor.c.stream == stream).values(problem=None, **values))
        crash.here("inbox.written")
    crash.here("inbox.committed")
    return True


def is_waiting(session: Session) -> bool:
    """Whether something could be handled now that no bell will ring for: it was received, and its first attempt failed
    or died with its process."""
    ready = sa.exists().where(inbox.c.state == "waiting", inbox.c.not_before <= sa.func.clock_timestamp())
    return bool(session.execute(sa.select(ready)).scalar_one())


def start_afresh(database: Database, stream: str, asked: Cursor) -> None:
    """Read a restored producer from its first event again; events already known are recognised by their id."""
    with database.begin() as session:
        mine = cursor.c.stream == stream, cursor.c.generation == asked.generation
        again = {"generation": asked.generation + 1, "seq": 0, "last_event": None, "problem": "producer was restored"}
        session.execute(sa.update(cursor).where(*mine).values(again))


def _rows(stream: str, asked: Cursor, batch: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for expected, raw in enumerate(batch, start=asked.seq + 1):
        row = _row(stream, raw, expected)
        if row is None:
            break
        rows.append({"stream": stream, "generation": asked.generation, "seq": expected, **row})
    return rows


def _row(stream: str, raw: Any, expected: int) -> dict[str, Any] | None:
    """One inbox row; None where the batch stops being contiguous. What can't be read is kept, quarantined, not lost."""
    try:
        event = envelope.parse(stream.split(".", maxsplit=1)[0], raw)
    except envelope.Malformed as problem:
        return _quarantined(raw, expected, str(problem))
    if event.seq != expected:
        return None
    fields = {"event_id": event.event_id, "type": event.type, "aggregate": event.aggregate, "data": event.data}
    return {**fields, "state": "waiting", "problem": None}


def _quarantined(raw: Any, expected: int, problem: str) -> dict[str, Any] | None:
    try:
        if not isinstance(raw, Mapping) or envelope.sequence(raw) != expected:
            return None
        event_id = UUID(str(raw.get("id")))
    except envelope.Malformed:
        return None
    except ValueError:
        event_id = uuid4()
    kept = ascii(raw)[: envelope.LONGEST_DATA]
    return {
        "event_id": event_id,
        "type": "unreadable",
        "aggregate": "unreadable",
        "data": kept,
        "state": "quarantined",
        "problem": problem,
    }


def _stuck_aggregates(session: Session, stream: str) -> set[str]:
    """Aggregates with an event that failed or is parked: what comes after it waits for it."""
    failed = sa.or_(inbox.c.state == "parked", sa.and_(inbox.c.state == "waiting", inbox.c.problem.is_not(None)))
    return set(
        session.execute(sa.select(inbox.c.aggregate).distinct().where(inbox.c.stream == stream, failed)).scalars()
    )
