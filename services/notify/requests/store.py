"""The questions asked about one request, and its additions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.requests.domain import OPEN
from services.notify.requests.tables import (
    ContactRequest,
    RequestCause,
    RequestEvent,
    RequestMessage,
    RequestWatch,
)

IS_OPEN = ContactRequest.state.in_(OPEN)
INTERNAL = ("handover",)


def by_id(session: Session, request_id: UUID) -> ContactRequest | None:
    return session.get(ContactRequest, request_id)


def locked(session: Session, request_id: UUID) -> ContactRequest | None:
    """The request as it stands now, held until the transaction ends: of two who act at once one comes second."""
    query = sa.select(ContactRequest).where(ContactRequest.id == request_id).with_for_update()
    return session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()


def add_cause(session: Session, **values: Any) -> bool:
    """Keep a cause. False when the same one was known."""
    row = insert(RequestCause).values(**values).on_conflict_do_nothing(index_elements=["key"])
    return session.execute(row.returning(RequestCause.id)).first() is not None


def cause_known(session: Session, key: str) -> bool:
    return session.execute(sa.select(RequestCause.id).where(RequestCause.key == key)).first() is not None


def note(
    session: Session,
    request_id: UUID,
    act: str,
    at: datetime,
    *,
    by: UUID | None = None,
    once: str | None = None,
    **detail: Any,
) -> bool:
    """Write what happened. False when it is a thing that happens once and has happened."""
    values = {"request_id": request_id, "at": at, "act": act, "actor_id": by, "once": once, "detail": detail}
    row = insert(RequestEvent).values(values).on_conflict_do_nothing(index_elements=["request_id", "once"])
    return session.execute(row.returning(RequestEvent.id)).first() is not None


def causes(session: Session, request_id: UUID) -> list[RequestCause]:
    query = sa.select(RequestCause).where(RequestCause.request_id == request_id)
    return list(session.scalars(query.order_by(RequestCause.id)))


def messages(session: Session, request_id: UUID, *, internal: bool) -> list[RequestMessage]:
    """What has been said, oldest first; notes between staff only where ``internal``."""
    query = sa.select(RequestMessage).where(RequestMessage.request_id == request_id)
    query = query if internal else query.where(RequestMessage.kind.not_in(INTERNAL))
    return list(session.scalars(query.order_by(RequestMessage.id)))


def history(session: Session, request_id: UUID) -> list[RequestEvent]:
    query = sa.select(RequestEvent).where(RequestEvent.request_id == request_id)
    return list(session.scalars(query.order_by(RequestEvent.id)))


def watches(session: Session, request_id: UUID, person_id: UUID) -> bool:
    """Whether the request was escalated to this person."""
    return session.get(RequestWatch, (request_id, person_id)) is not None
