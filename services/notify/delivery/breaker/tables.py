"""Which channels are left alone now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.notify.tables import Base


class ChannelPause(Base):
    """A channel that could not be reached; ``until`` is real database time. It has no row while it works."""

    __tablename__ = "channel_pause"

    channel: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    until: Mapped[datetime]
