"""The ledger as lists, newest first, page by page."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.delivery.history.domain import FAILURES
from services.notify.delivery.tables import Delivery
from shared.register.blocks import blocks

PAGE = 20


def to_person(session: Session, person_id: UUID, before: UUID | None) -> tuple[list[Delivery], UUID | None]:
    """A page of the messages to one person, and where the next page begins."""
    return _page(session, Delivery.recipient_id == person_id, before)


def of_units(
    session: Session, unit_ids: Collection[UUID], before: UUID | None, *, only_failures: bool
) -> tuple[list[Delivery], UUID | None]:
    """A page of the messages of these units, or only of those that reached nobody."""
    which = sa.and_(Delivery.unit_id.in_(unit_ids), ~blocks(Delivery.patient_id, Delivery.unit_id))
    return _page(session, sa.and_(which, Delivery.state.in_(FAILURES)) if only_failures else which, before)


def _page(session: Session, which: sa.ColumnElement[bool], before: UUID | None) -> tuple[list[Delivery], UUID | None]:
    """The rows after the row ``before``. Asked for by its id, and only among the same rows: it shows nothing else."""
    query = sa.select(Delivery).where(which).order_by(Delivery.created_at.desc(), Delivery.id.desc())
    if before is not None:
        last = sa.select(Delivery.created_at, Delivery.id).where(which, Delivery.id == before)
        query = query.where(sa.tuple_(Delivery.created_at, Delivery.id) < last.scalar_subquery())
    rows = list(session.scalars(query.limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
