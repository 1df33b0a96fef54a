"""The questions asked when the time of a digest has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest, RequestWatch
from services.notify.requests.telling.tables import WorkNotice

MOST = 1000


def to_tell_since(session: Session, at: datetime) -> datetime | None:
    """Since when the first request or notice has waited to be told."""
    times = (ContactRequest.tell_at, WorkNotice.tell_at)
    firsts = [sa.select(time).where(time <= at).order_by(time).limit(1).scalar_subquery() for time in times]
    found: datetime | None = session.execute(sa.select(sa.func.least(*firsts))).scalar_one()
    return found


def requests_to_tell(session: Session, at: datetime) -> list[ContactRequest]:
    """The requests whose turn has come, up to ``MOST``; not those that another process is telling of."""
    due = sa.select(ContactRequest).where(ContactRequest.tell_at <= at).order_by(ContactRequest.tell_at)
    query = due.limit(MOST).with_for_update(skip_locked=True)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def notices_to_tell(session: Session, at: datetime) -> list[WorkNotice]:
    due = sa.select(WorkNotice).where(WorkNotice.tell_at <= at).order_by(WorkNotice.tell_at)
    return list(session.scalars(due.limit(MOST).with_for_update(skip_locked=True)))


def watchers(session: Session, request_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """(request, person) for everybody whom one of these was escalated to and who has not been told."""
    query = sa.select(RequestWatch.request_id, RequestWatch.person_id)
    rows = session.execute(query.where(RequestWatch.request_id.in_(request_ids), RequestWatch.untold))
    return [(request_id, person_id) for request_id, person_id in rows]


def have_been_told(session: Session, request_ids: Collection[UUID]) -> None:
    mine = RequestWatch.request_id.in_(request_ids), RequestWatch.untold
    session.execute(sa.update(RequestWatch).where(*mine).values(untold=False))


def unread_of(session: Session, people: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(person, request, priority) of everything that waits to be looked at by one of these people."""
    columns = ContactRequest.responsible_id, ContactRequest.id, ContactRequest.priority
    mine = IS_OPEN, ContactRequest.unread_at.is_not(None), ContactRequest.responsible_id.in_(people)
    rows = session.execute(sa.select(*columns).where(*mine))
    return [(person, request_id, priority) for person, request_id, priority in rows if person]


def unseen_of(session: Session, people: Collection[UUID]) -> Counter[UUID]:
    """How many notices each of these people has not seen."""
    query = sa.select(WorkNotice.person_id).where(WorkNotice.seen_at.is_(None), WorkNotice.person_id.in_(people))
    return Counter(session.scalars(query))
