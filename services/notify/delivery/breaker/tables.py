"""Which channels are left alone now."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.tables import Base


class ChannelPause(Base):
    """A channel that could not be reached; ``since`` and ``until`` are real database time. It has no row while it works."""

    __tablename__ = "channel_pause"

    channel: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())
    until: Mapped[datetime]
