"""The counts of a unit's requests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.domain import Priority
from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest

LATELY = timedelta(days=30)


def by_responsible(session: Session, unit_id: UUID, at: datetime) -> list[Any]:
    """Per responsible person (None: the whole unit): open, urgent, unread and late requests, and the earliest promise."""
    count = sa.func.count()
    columns = (
        ContactRequest.responsible_id,
        count.label("open"),
        count.filter(ContactRequest.priority == Priority.URGENT).label("urgent"),
        count.filter(ContactRequest.acknowledged_at.is_(None)).label("unread"),
        count.filter(ContactRequest.answer_by < at).label("late"),
        sa.func.min(ContactRequest.answer_by).label("next"),
    )
    query = sa.select(*columns).where(IS_OPEN, ContactRequest.unit_id == unit_id)
    return list(
        session.execute(query.group_by(ContactRequest.responsible_id).order_by(sa.text("late DESC, open DESC")))
    )


def answered_lately(session: Session, unit_id: UUID, at: datetime) -> tuple[int, int]:
    """How many requests were answered in the last ``LATELY``, and how many of them within the promise."""
    since = ContactRequest.unit_id == unit_id, ContactRequest.answered_at >= at - LATELY
    in_time = sa.func.count().filter(ContactRequest.answered_at <= ContactRequest.answer_by)
    row = session.execute(sa.select(sa.func.count(), in_time).select_from(ContactRequest).where(*since)).one()
    return row[0], row[1]
