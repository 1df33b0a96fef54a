"""The questions asked about channels left alone. In the database, so that every process of the service knows."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.delivery.breaker.domain import pause
from services.notify.delivery.breaker.tables import ChannelPause


def paused(session: Session, channel: str) -> bool:
    query = sa.select(ChannelPause.channel).where(
        ChannelPause.channel == channel, ChannelPause.until > sa.func.clock_timestamp()
    )
    return session.execute(query).first() is not None


@dataclass(frozen=True)
class Pause:
    """A channel left alone, and for how many seconds it has not worked."""

    channel: str
    seconds: float


def longest(session: Session) -> Pause | None:
    """The channel that has not worked for the longest; None when all do."""
    seconds = sa.extract("epoch", sa.func.clock_timestamp() - ChannelPause.since)
    row = session.execute(sa.select(ChannelPause.channel, seconds).order_by(ChannelPause.since).limit(1)).one_or_none()
    return Pause(row[0], float(row[1])) if row else None


def failed(session: Session, channel: str) -> int:
    """The channel could not be reached: leave it alone, longer each time. Returns how often in a row."""
    known = sa.select(ChannelPause.failures).where(ChannelPause.channel == channel).with_for_update()
    failures = (session.execute(known).scalar_one_or_none() or 0) + 1
    until = sa.func.clock_timestamp() + pause(failures)
    row = insert(ChannelPause).values(channel=channel, failures=failures, until=until)
    again = {"failures": failures, "until": until}
    session.execute(row.on_conflict_do_update(index_elements=["channel"], set_=again))
    return failures


def works(session: Session, channel: str) -> None:
    """The channel took a message: whatever was wrong is over."""
    session.execute(sa.delete(ChannelPause).where(ChannelPause.channel == channel))
