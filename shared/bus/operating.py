"""What the operator may do about events: try one again, leave one for good, read a stream from its first event.

Each verb works in the caller's transaction, so that its line in the access log stands or falls with it.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.bus import afresh, inbox
from shared.bus.handling import let_go_on
from shared.bus.reading import UNREADABLE
from shared.bus.tables import cursor
from shared.bus.tables import inbox as table

STUCK = ("parked", "quarantined")
NEWER = sa.text(
    """
    SELECT EXISTS (
        SELECT FROM inbox newer WHERE newer.stream = :stream AND newer.aggregate = :aggregate AND newer.id > :id
        AND newer.state = 'done' AND split_part(newer.type, '.', 4) = split_part(:type, '.', 4)
    )
    """
)


class NotStuck(Exception):
    """There is no parked or quarantined event of this id."""


class Hopeless(Exception):
    """Why trying the event again can do no good."""


def retry(session: Session, event_id: UUID) -> None:
    """Let a stuck event be tried again; what waits behind it follows.

    Raises ``NotStuck``, and ``Hopeless`` for what was never readable or has been overtaken: an older state must not come
    back over a newer one.
    """
    row = _stuck(session, event_id)
    if row.type == UNREADABLE:
        raise Hopeless("it was not readable when it came: replay its stream once the producer is mended, or skip it")
    if session.execute(NEWER, {name: row[name] for name in ("stream", "aggregate", "id", "type")}).scalar_one():
        raise Hopeless("a newer event of the same thing has been handled since: skip it")
    again = {"state": "waiting", "attempts": 0, "not_before": sa.func.clock_timestamp()}
    session.execute(sa.update(table).where(table.c.id == row.id).values(again))
    let_go_on(session, row.stream, row.aggregate)


def skip(session: Session, event_id: UUID) -> None:
    """Leave a stuck event for good; what waits behind it goes on. Raises ``NotStuck``."""
    row = _stuck(session, event_id)
    session.execute(sa.update(table).where(table.c.id == row.id).values(state="skipped"))
    let_go_on(session, row.stream, row.aggregate)


def replay(session: Session, stream: str) -> int:
    """Read the stream from its first event again, beside whatever is told meanwhile. Returns the generation."""
    inbox.where(session, stream, lock=True)
    return afresh.begin(session, stream, afresh.REPLAYED)


def replaying(session: Session, stream: str) -> tuple[int, int] | None:
    """How far a replay has come: the number read, and how many events wait to be handled. None when it is at its end."""
    row = session.execute(sa.select(cursor.c.seq, cursor.c.afresh).where(cursor.c.stream == stream)).one_or_none()
    open_ones = table.c.stream == stream, table.c.state == "waiting"
    waiting = session.execute(sa.select(sa.func.count()).select_from(table).where(*open_ones)).scalar_one()
    return (row.seq, waiting) if row is not None and (row.afresh or waiting) else None


def _stuck(session: Session, event_id: UUID) -> sa.RowMapping:
    columns = (table.c.id, table.c.stream, table.c.aggregate, table.c.type)
    query = sa.select(*columns).where(table.c.event_id == event_id, table.c.state.in_(STUCK))
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotStuck
    return row
