"""Events that come again: recognised by their id, and an id that comes again with other content is told loudly."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.bus import reading
from shared.bus.tables import inbox

GONE = "its producer was restored to before this event"
SAME = ("stream", "type", "aggregate", "data")
log = structlog.get_logger()


def settle(session: Session, rows: list[dict[str, Any]]) -> None:
    """See to those of ``rows``, just inserted where they were new, whose event id was here before.

    The same event read afresh moves to its new place and stays as it was handled. Anything else is quarantined in its
    place: nothing that was received is overwritten.
    """
    if met := _not_inserted(session, rows):
        columns = (inbox.c.event_id, inbox.c.generation, inbox.c.seq, *(inbox.c[name] for name in SAME))
        ids = [row["event_id"] for row in met]
        here = {row.event_id: row for row in session.execute(sa.select(*columns).where(inbox.c.event_id.in_(ids)))}
        for row in met:
            _settle_one(session, row, here[row["event_id"]])


def taken_back(session: Session, aggregate: str) -> bool:
    """Whether a producer has told something of this aggregate that it knows no more, because it was restored."""
    gone = sa.select(inbox.c.id).where(inbox.c.aggregate == aggregate, inbox.c.problem == GONE)
    return session.execute(gone.limit(1)).first() is not None


def _not_inserted(session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first, last = rows[0], rows[-1]
    place = inbox.c.stream == first["stream"], inbox.c.generation == first["generation"]
    stand = sa.select(inbox.c.seq).where(*place, inbox.c.seq.between(first["seq"], last["seq"]))
    numbers = set(session.execute(stand).scalars())
    return [row for row in rows if row["seq"] not in numbers]


def _settle_one(session: Session, row: dict[str, Any], here: Any) -> None:
    if any(row[name] != getattr(here, name) for name in SAME):
        log.error("event id used again with other content", stream=row["stream"], seq=row["seq"], id=str(here.event_id))
        _quarantine(session, row, f"SECURITY: event {here.event_id} came again with other content")
    elif here.generation == row["generation"]:
        _quarantine(session, row, f"the same event as number {here.seq}")
    else:
        moved = {"generation": row["generation"], "seq": row["seq"]}
        session.execute(sa.update(inbox).where(inbox.c.event_id == here.event_id).values(moved))


def _quarantine(session: Session, row: dict[str, Any], problem: str) -> None:
    place = {name: row[name] for name in ("stream", "generation", "seq")}
    told = {"id": str(row["event_id"]), **{name: row[name] for name in SAME}}
    kept = place | reading.quarantined(row["seq"], told, problem)
    session.execute(insert(inbox).values(kept).on_conflict_do_nothing())
