"""The questions asked about channels left alone. In the database, so that every process of the service knows."""

from __future__ import annotations

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
