"""Handling is apart from receiving: batches of distinct aggregates, attempts counted first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from shared import crash
from shared.bus.freeing import free
from shared.bus.limit import limited
from shared.bus.seal import Sealer, SealError
from shared.bus.tables import inbox
from shared.db import Database, among, is_gone
from shared.events import EVENTS, Event, from_data
from shared.log import place_of

SIZES = (200, 50, 12, 3, 1)
"""How many rows are taken together, by the attempts already made at them: whoever kills its process is alone by the last."""
WINDOW = 1000
MOST_ATTEMPTS = len(SIZES)
LONGEST_SECONDS = 20.0
"""What the handlers of one batch may take; whoever takes longer is stopped and has had an attempt."""
ENDLESS = "its process ended"
log = structlog.get_logger()

NEXT = sa.text(
    """
    WITH kept AS MATERIALIZED (
        SELECT stream, aggregate, id FROM inbox WHERE state = 'parked'
        UNION ALL SELECT stream, aggregate, id FROM inbox WHERE state = 'held'
    ), stuck AS MATERIALIZED (
        SELECT stream, aggregate, min(id) AS id FROM kept GROUP BY stream, aggregate
    )
    SELECT first.id, first.stream, event_id, type, first.aggregate, data, attempts FROM (
        SELECT DISTINCT ON (w.stream, w.aggregate) w.* FROM (
            SELECT * FROM inbox WHERE state = 'waiting' ORDER BY id LIMIT :window
        ) w ORDER BY w.stream, w.aggregate, w.id
    ) first
    LEFT JOIN stuck ON stuck.stream = first.stream AND stuck.aggregate = first.aggregate AND stuck.id < first.id
    WHERE not_before <= clock_timestamp() AND stuck.id IS NULL
    ORDER BY attempts, first.id LIMIT :batch
    """
)
"""The first waiting event of each aggregate, unless one before it is stuck. What is stuck is read once and whole: looked up
for each candidate it is cheap or ruinous, as the database last happened to count its rows. Each of its states is asked for
by itself: of both at once PostgreSQL 15 may read every open row there is."""

Handler = Callable[..., None]
"""Takes a session and events, all of which it handles in the caller's transaction, or it raises."""


class Unreadable(Exception):
    """Why an event can't be read: it is quarantined, not retried."""


@dataclass(frozen=True)
class Taken:
    """One inbox row, with the attempt that is being made at it: the fence against a second process."""

    id: int
    stream: str
    event_id: UUID
    type: str
    aggregate: str
    data: str
    attempts: int


def handle_waiting(database: Database, sealer: Sealer, handler: Handler) -> int:
    """Handle what waits until nothing is left that can be handled now. Returns how many events were handled."""
    handled = 0
    while (batch := take(database)) or free(database):
        handled += handle_batch(database, sealer, handler, batch) if batch else 0
    return handled


def take(database: Database) -> list[Taken]:
    """Choose the next rows and count the attempt, committed before any handler runs.

    A handler that kills its process is therefore counted too. What was tried before is taken in ever fewer, because most
    of it only shared a batch with the culprit, or its process was killed from outside; from the third attempt on what
    waits behind it is held, and it is parked when every attempt ended with its process: nobody was left to do so.
    """
    with database.begin() as session:
        rows = [Taken(*row) for row in session.execute(NEXT, {"window": WINDOW, "batch": SIZES[0]})]
        made = min(rows[0].attempts, MOST_ATTEMPTS - 1) if rows else 0
        chosen = [row for row in rows if min(row.attempts, MOST_ATTEMPTS - 1) == made][: SIZES[made]]
        locked = sa.select(inbox.c.id).where(among(inbox.c.id, [row.id for row in chosen]), inbox.c.state == "waiting")
        mine = set(session.execute(locked.with_for_update(skip_locked=True)).scalars())
        for row in (row for row in chosen if row.id in mine and made > 1):
            _put_back(session, row, sa.func.coalesce(inbox.c.problem, ENDLESS))
        mine -= {row.id for row in chosen if row.attempts >= MOST_ATTEMPTS}
        if mine:
            counted = {"attempts": inbox.c.attempts + 1, "not_before": _later(made + 1)}
            session.execute(sa.update(inbox).where(among(inbox.c.id, mine)).values(counted))
    if mine:
        crash.here("attempt.counted")
    return [Taken(**{**vars(row), "attempts": row.attempts + 1}) for row in chosen if row.id in mine]


def handle_batch(database: Database, sealer: Sealer, handler: Handler, batch: list[Taken]) -> int:
    """Run the handlers and mark their rows done in one commit. When one fails, each row gets a transaction of its own;
    when the database is gone, that is nobody's failure and the caller's to wait out."""
    try:
        return _handle_together(database, sealer, handler, batch)
    except Exception as error:
        if is_gone(error):
            raise
        if len(batch) == 1:
            return _failed(database, batch[0], error)
        return sum(handle_batch(database, sealer, handler, [row]) for row in batch)


def _handle_together(database: Database, sealer: Sealer, handler: Handler, batch: list[Taken]) -> int:
    with limited(LONGEST_SECONDS), database.begin() as session:
        mine = _still_mine(session, batch)
        events: dict[Taken, Event] = {}
        for row in (row for row in batch if row.id in mine):
            try:
                events[row] = read(sealer, row)
            except Unreadable as problem:
                session.execute(
                    sa.update(inbox).where(inbox.c.id == row.id).values(state="quarantined", problem=str(problem))
                )
                let_go_on(session, row.stream, row.aggregate)
        handler(session, *events.values())
        crash.here("handler.ran")
        _finish(session, list(events))
        crash.here("handled.written")
    crash.here("handled.committed")
    return len(events)


def read(sealer: Sealer, row: Taken) -> Event:
    """The event in an inbox row. Raises ``Unreadable`` with the reason, without personal data."""
    if row.type not in EVENTS:
        raise Unreadable("unknown type")
    try:
        return from_data(row.type, sealer.open(row.stream.split(".", maxsplit=1)[0], row.event_id, row.data))
    except SealError as error:
        raise Unreadable(str(error)) from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"its fields do not fit: {type(error).__name__}") from None


def _still_mine(session: Session, batch: list[Taken]) -> set[int]:
    attempts = {row.id: row.attempts for row in batch}
    query = sa.select(inbox.c.id, inbox.c.attempts).where(among(inbox.c.id, attempts), inbox.c.state == "waiting")
    rows = session.execute(query.with_for_update(skip_locked=True))
    return {row.id for row in rows if row.attempts == attempts[row.id]}


def _finish(session: Session, done: list[Taken]) -> None:
    if not done:
        return
    finished = {"state": "done", "handled_at": sa.func.clock_timestamp(), "problem": None}
    session.execute(sa.update(inbox).where(among(inbox.c.id, [row.id for row in done])).values(finished))
    if again := [(row.stream, row.aggregate) for row in done if row.attempts > 1]:
        behind = sa.tuple_(inbox.c.stream, inbox.c.aggregate).in_(again)
        session.execute(sa.update(inbox).where(behind, inbox.c.state == "held").values(state="waiting"))


def _failed(database: Database, row: Taken, error: Exception) -> int:
    """Note why, by the exception's class alone."""
    log.error(
        "handler failed", event_id=str(row.event_id), type=row.type, error=type(error).__name__, at=place_of(error)
    )
    with database.begin() as session:
        if row.id in _still_mine(session, [row]):
            _put_back(session, row, type(error).__name__)
    return 0


def _put_back(session: Session, row: Taken, problem: str | sa.ColumnElement[str]) -> None:
    """Leave the row for its next attempt, or park it; the rest of its aggregate is held so that others go on."""
    state = "waiting" if row.attempts < MOST_ATTEMPTS else "parked"
    session.execute(sa.update(inbox).where(inbox.c.id == row.id).values(state=state, problem=problem))
    behind = (inbox.c.stream == row.stream, inbox.c.aggregate == row.aggregate, inbox.c.state == "waiting")
    session.execute(sa.update(inbox).where(*behind, inbox.c.id > row.id).values(state="held"))


def let_go_on(session: Session, stream: str, aggregate: str) -> None:
    """What was held behind an event of this aggregate waits for nothing more."""
    behind = (inbox.c.stream == stream, inbox.c.aggregate == aggregate, inbox.c.state == "held")
    session.execute(sa.update(inbox).where(*behind).values(state="waiting"))


def _later(attempt: int) -> sa.ColumnElement[object]:
    """Back-off in real database time: 1, 2, 4, 8 … seconds after the attempt began."""
    return sa.func.clock_timestamp() + timedelta(seconds=2 ** (attempt - 1))
