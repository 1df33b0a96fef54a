"""The questions asked of clocks that run."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.tables import ContactRequest

MOST = 100


def late_since(session: Session, at: datetime) -> datetime | None:
    """Since when the first of them has waited."""
    alarm = ContactRequest.escalate_at
    return session.scalars(sa.select(alarm).where(alarm <= at).order_by(alarm).limit(1)).one_or_none()


def late(session: Session, at: datetime) -> list[ContactRequest]:
    """The requests a clock of which has come to its next step, up to ``MOST``; not those another process has taken."""
    due = sa.select(ContactRequest).where(ContactRequest.escalate_at <= at).order_by(ContactRequest.escalate_at)
    query = due.limit(MOST).with_for_update(skip_locked=True)
    return list(session.scalars(query, execution_options={"populate_existing": True}))
