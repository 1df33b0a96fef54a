"""The questions asked about what left after the backup."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.delivery.journal.tables import HandedOver
from shared.db import insert_all

AT_ONCE = 5000
_TABLE = cast(sa.Table, HandedOver.__table__)


def keep(session: Session, sent: Iterable[tuple[UUID, str]]) -> int:
    """Remember what has left. Returns how much of it was not known."""
    rows, new = ({"delivery_id": key, "channel": channel} for key, channel in sent), 0
    while some := list(islice(rows, AT_ONCE)):
        new += insert_all(session, _TABLE, some, known=True)
    return new
