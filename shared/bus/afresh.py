"""Reading a stream from its first event again: after its producer was restored, or because the operator wants a replay.

Events are recognised by their id and are not handled again on the way. When the end is reached, the newest event of each
thing is: such an event carries the whole state, so the copies here become what the producer stands by, by as little as can
be; and whatever was sent or asked stands in this service's own ledgers, which no event makes twice.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from shared import audit
from shared.bus.known import GONE
from shared.bus.tables import cursor
from shared.db import Database
from shared.policy import Who

RESTORED, REPLAYED = "restored", "replayed"
log = structlog.get_logger()

LOST = sa.text(
    "UPDATE inbox SET state = CASE WHEN state = 'done' THEN state ELSE 'skipped' END, problem = :gone "
    "WHERE stream = :stream AND generation < :generation AND type <> 'unreadable' AND problem IS DISTINCT FROM :gone"
)
UNREADABLE = sa.text(
    "DELETE FROM inbox WHERE stream = :stream AND generation < :generation AND type = 'unreadable' "
    "AND state = 'quarantined'"
)
FREE = sa.text(
    "UPDATE inbox SET state = 'waiting' WHERE stream = :stream AND state = 'held' AND NOT EXISTS ("
    "SELECT FROM inbox before WHERE before.stream = :stream AND before.aggregate = inbox.aggregate "
    "AND before.id < inbox.id AND (before.state = 'parked' OR before.state = 'waiting' AND before.problem IS NOT NULL))"
)
AGAIN = sa.text(
    """
    WITH newest AS (
        SELECT DISTINCT ON (aggregate, split_part(type, '.', 4)) id, state, aggregate, split_part(type, '.', 4) AS thing
        FROM inbox WHERE stream = :stream AND generation = :generation AND state <> 'quarantined'
        ORDER BY aggregate, split_part(type, '.', 4), seq DESC
    )
    UPDATE inbox SET state = 'waiting', attempts = 0, not_before = clock_timestamp() FROM newest
    WHERE inbox.id = newest.id AND newest.state = 'done' AND NOT EXISTS (
        SELECT FROM inbox stuck WHERE stuck.stream = :stream AND stuck.aggregate = newest.aggregate
        AND stuck.state IN ('waiting', 'parked', 'held')
    ) AND (:everything OR EXISTS (
        SELECT FROM inbox gone WHERE gone.stream = :stream AND gone.generation < :generation
        AND gone.aggregate = newest.aggregate AND split_part(gone.type, '.', 4) = newest.thing
    ))
    """
)
"""The newest event of each aggregate and thing (person, staff roles, next contact …). Nothing after it was handled, so
handling it once more can't bring an older state back."""


def begin(session: Session, stream: str, why: str) -> int:
    """Let this stream be read from its first event again; the caller has its cursor locked. Returns the generation."""
    problem = f"{stream.split('.', maxsplit=1)[0]} was restored to an earlier time" if why == RESTORED else None
    values = {"generation": cursor.c.generation + 1, "seq": 0, "last_event": None, "gap_since": None}
    change = sa.update(cursor).where(cursor.c.stream == stream).values(problem=problem, afresh=why, **values)
    return int(session.execute(change.returning(cursor.c.generation)).scalar_one())


def finish(database: Database, stream: str) -> None:
    """The end of the stream is reached: if it was being read afresh, see to what differs. Once, whoever comes first."""
    mine = sa.select(cursor.c.generation, cursor.c.afresh, cursor.c.problem).where(cursor.c.stream == stream)
    with database.begin() as session:
        row = session.execute(mine.where(cursor.c.afresh.is_not(None)).with_for_update()).one_or_none()
        if row is not None:
            _finish(session, stream, row)


def _finish(session: Session, stream: str, row: Any) -> None:
    where = {"stream": stream, "generation": row.generation}
    session.execute(UNREADABLE, where)
    gone = session.execute(LOST, {**where, "gone": GONE}).rowcount  # type: ignore[attr-defined]
    session.execute(FREE, where)
    again = session.execute(AGAIN, {**where, "everything": row.afresh == REPLAYED}).rowcount  # type: ignore[attr-defined]
    problem = None
    if row.afresh == RESTORED:
        problem = f"{row.problem}: {gone} events known here are gone there, {again} things set back to what it knows"
        log.error("producer restored", stream=stream, gone=gone, again=again)
    what = f"{stream} {row.afresh}: {gone} events gone, {again} handled again"
    act = {"resource": "stream", "action": "read afresh", "what": what, "actor_as": Who.SERVICE.value}
    audit.write(session, [act])
    session.execute(sa.update(cursor).where(cursor.c.stream == stream).values(afresh=None, problem=problem))
