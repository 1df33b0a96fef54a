"""The producing side: an event is a row written with the state it tells about, numbered after the commit, then read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.audit.chaining import WAITS
from shared.bus.seal import Sealer
from shared.bus.tables import outbox, stream
from shared.db import insert_all
from shared.events import SERVICES, Event

CHANNEL = "outbox"
NUMBER_AT_MOST = 5000
NUMBER = sa.text(
    """
    WITH fresh AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n
        FROM outbox WHERE stream = :stream AND seq IS NULL ORDER BY id LIMIT :most
    ), base AS (
        UPDATE stream SET head = head + (SELECT count(*) FROM fresh)
        WHERE name = :stream AND leader = :leader
        RETURNING head - (SELECT count(*) FROM fresh) AS head
    )
    UPDATE outbox SET seq = base.head + fresh.n FROM fresh, base WHERE outbox.id = fresh.id
    """
)


class Regressed(Exception):
    """The reader knows an event this producer does not: this database was restored to an earlier time."""


@dataclass(frozen=True)
class Stored:
    """One numbered event as the feed gives it."""

    seq: int
    event_id: UUID
    type: str
    aggregate: str
    data: str
    recorded_at: datetime


def stream_name(producer: str, reader: str) -> str:
    return f"{producer}.{reader}"


def streams_from(service: str) -> list[str]:
    return [stream_name(service, reader) for reader in SERVICES if reader != service]


def streams_to(service: str) -> list[str]:
    return [stream_name(producer, service) for producer in SERVICES if producer != service]


def record(session: Session, sealer: Sealer, events: Sequence[Event]) -> None:
    """Write the events in the caller's transaction, one row per reader, and wake the relay when it commits."""
    rows: list[dict[str, Any]] = []
    for event in events:
        for reader in event.readers:
            event_id = uuid.uuid4()
            rows.append(
                {
                    "stream": stream_name(sealer.service, reader),
                    "event_id": event_id,
                    "type": event.type,
                    "aggregate": event.aggregate_id,
                    "data": sealer.seal(reader, event_id, event.data_for(reader)),
                }
            )
    if rows:
        insert_all(session, outbox, rows)
        session.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))


def lead(session: Session, service: str) -> int:
    """Become the one who numbers: whoever numbered before, and may only be frozen, can number no more."""
    names = [{"name": name} for name in streams_from(service)]
    session.execute(insert(stream).on_conflict_do_nothing(), names)
    leaders = session.execute(sa.update(stream).values(leader=stream.c.leader + 1).returning(stream.c.leader))
    number = max(leaders.scalars())
    session.execute(sa.update(stream).values(leader=number))
    return int(number)


def leads(session: Session, leader: int) -> bool:
    """Whether this is still the one who numbers."""
    return leads_and_chains(session, leader)[0]


def leads_and_chains(session: Session, leader: int) -> tuple[bool, bool]:
    """Whether this is still the one who numbers, and whether the access log has rows to chain: one question."""
    row = session.execute(sa.select(sa.func.max(stream.c.leader) == leader, WAITS)).one()
    return bool(row[0]), bool(row[1])


def number(session: Session, name: str, leader: int) -> int:
    """Give the committed rows of one stream the next numbers, gap-free. Returns how many; 0 for a deposed leader."""
    result = session.execute(NUMBER, {"stream": name, "leader": leader, "most": NUMBER_AT_MOST})
    return int(result.rowcount)  # type: ignore[attr-defined]


def unnumbered(session: Session) -> list[str]:
    """The streams with committed events that have no number yet."""
    rows = sa.select(outbox.c.stream).where(outbox.c.seq.is_(None)).distinct()
    return sorted(session.scalars(rows))


def unconfirmed(session: Session) -> dict[str, int]:
    """The head of every stream whose reader has not stored all of it."""
    rows = session.execute(sa.select(stream.c.name, stream.c.head).where(stream.c.head > stream.c.confirmed))
    return {name: int(head) for name, head in rows}


def read(session: Session, name: str, after: int, last: UUID | None, limit: int) -> list[Stored]:
    """The events after number ``after``; asking confirms that the reader has stored everything up to it.

    Raises ``Regressed`` when event ``after`` is not the event ``last`` the reader has. A reader that could not read the id
    of that event names none; then it is enough that the number was given.
    """
    if after:
        if _regressed(session, name, after, last):
            raise Regressed(name)
        confirm = sa.update(stream).where(stream.c.name == name, stream.c.confirmed < after)
        session.execute(confirm.values(confirmed=after))
    columns = (outbox.c.seq, outbox.c.event_id, outbox.c.type, outbox.c.aggregate, outbox.c.data, outbox.c.recorded_at)
    query = sa.select(*columns).where(outbox.c.stream == name, outbox.c.seq > after).order_by(outbox.c.seq)
    return [Stored(*row) for row in session.execute(query.limit(limit))]


def _regressed(session: Session, name: str, after: int, last: UUID | None) -> bool:
    if last is None:
        head = session.execute(sa.select(stream.c.head).where(stream.c.name == name)).scalar_one_or_none()
        return after > (head or 0)
    there = sa.select(outbox.c.event_id).where(outbox.c.stream == name, outbox.c.seq == after)
    return session.execute(there).scalar_one_or_none() != last
