"""What is kept for a while and then taken away, in batches: one rule for every table that has such a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.db import database_now
from shared.policy import Who, policy
from shared.service import Due, Service

BATCH = 500


def forgotten(name: str, resource: str, at: Any, kept_for: timedelta) -> Due:
    """The due work that takes away every row of ``at``'s table once ``kept_for`` has passed since ``at``, an indexed
    instant by the real clock. ``name`` says in plain words what goes, ``resource`` is what its policy is about."""
    (key,) = sa.inspect(at.table).primary_key

    def old(session: Session) -> sa.Select[Any]:
        limit = database_now(session) - kept_for
        return sa.select(key).where(at < limit).order_by(at).limit(BATCH)

    def since(session: Session, now: datetime) -> datetime | None:
        """Since when the oldest could have been taken away; ``now`` may be a demo's."""
        limit = database_now(session) - kept_for
        oldest = session.scalar(sa.select(at).where(at < limit).order_by(at).limit(1))
        return now - (limit - oldest) if oldest else None

    @policy(resource, "forget", Who.SERVICE)
    def forget(service: Service) -> int:
        gone = 0
        while True:
            with service.database.begin() as session:
                found = sa.delete(at.table).where(key.in_(old(session))).returning(key)
                batch = len(session.execute(found).all())
            gone += batch
            if batch < BATCH:
                return gone

    return Due(f"{name} to forget", since, forget)
