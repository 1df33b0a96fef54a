"""The questions behind the verdict: each looks at the end of an index, none counts further than it must."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.bus.tables import inbox
from shared.service import Due
from shared.watch.facts import AT_MOST, DueWork, Facts, Told, Waits

STATES = ("waiting", "parked", "held", "quarantined")
BUS = sa.text(
    """
    SELECT
    (SELECT jsonb_object_agg(role, extract(epoch FROM clock_timestamp() - at)) FROM beat) AS beats,
    (SELECT max(leader) FROM stream) AS leader,
    (SELECT jsonb_object_agg(name, jsonb_build_object('head', head, 'confirmed', confirmed,
       'unconfirmed', (SELECT extract(epoch FROM clock_timestamp() - recorded_at)
                       FROM outbox WHERE outbox.stream = name AND seq = confirmed + 1),
       'unnumbered', (SELECT extract(epoch FROM clock_timestamp() - recorded_at)
                      FROM outbox WHERE outbox.stream = name AND seq IS NULL ORDER BY id LIMIT 1)))
     FROM stream) AS tells,
    (SELECT jsonb_object_agg(stream, seq) FROM cursor) AS heard,
    (SELECT extract(epoch FROM clock_timestamp() - at) FROM access_unchained JOIN access_log ON id = entry_id
     ORDER BY entry_id LIMIT 1) AS unchained
    """
)


def _waiting_in(state: str) -> sa.Select[*tuple[Any, ...]]:
    """The oldest rows in one state. It stands in the statement as it is: a partial index is not found by a parameter."""
    mine = inbox.c.state == sa.literal_column(f"'{state}'")
    oldest = sa.select(inbox.c.received_at).where(mine).order_by(inbox.c.id).limit(AT_MOST + 1).subquery()
    seconds = sa.extract("epoch", sa.func.clock_timestamp() - sa.func.min(oldest.c.received_at))
    return sa.select(sa.literal_column(f"'{state}'"), sa.func.count(), seconds).select_from(oldest)


INBOX = sa.union_all(*map(_waiting_in, STATES))


def facts(session: Session, service: str, due: Sequence[Due], now: datetime) -> Facts:
    """What is known of a service, from its own database. ``now`` is the time by which its promises are kept."""
    row: Any = session.execute(BUS).one()
    beats = row.beats or {}
    return Facts(
        service,
        **{role: beats.get(role) for role in ("relay", "bell", "work", "stand_in")},
        leader=row.leader or 0,
        tells={name: Told(**told) for name, told in sorted((row.tells or {}).items())},
        heard=row.heard or {},
        unchained=None if row.unchained is None else float(row.unchained),
        inbox={state: Waits(count, float(age or 0)) for state, count, age in session.execute(INBOX)},
        due={job.name: _due(session, job, now) for job in due},
    )


def _due(session: Session, job: Due, now: datetime) -> DueWork:
    since = job.waiting(session, now)
    if since is None:
        return DueWork(None)
    return DueWork((now - since).total_seconds(), job.hindered(session, now) if job.hindered else None)
