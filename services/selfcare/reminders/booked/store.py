"""The one question asked when what patients are booked for is told."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, patient_ids: Sequence[UUID]) -> None:
    """Whoever tells of one of these patients next waits until this transaction has ended, and sees what it changed."""
    keys = sa.func.unnest(sa.literal([f"booked:{one}" for one in patient_ids], sa.ARRAY(sa.Text))).column_valued("key")
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(keys, 0))))
