"""The questions asked of how commitments went."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.contract.agreement.keeping.domain import Share, shares
from services.contract.agreement.keeping.tables import CommitmentNote


def of_items(
    session: Session, contract_id: UUID, items: Collection[str], most: int, *, before: int | None = None
) -> list[CommitmentNote]:
    """The notes about these commitments, the newest first; those older than the one with the id ``before``."""
    query = sa.select(CommitmentNote).where(
        CommitmentNote.contract_id == contract_id, CommitmentNote.item_id.in_(items)
    )
    older = query.where(CommitmentNote.id < before) if before is not None else query
    return list(session.scalars(older.order_by(CommitmentNote.id.desc()).limit(most)))


def latest(session: Session, contract_id: UUID) -> dict[str, CommitmentNote]:
    """The latest note of each commitment, by the commitment's id."""
    newest_first = CommitmentNote.item_id, CommitmentNote.id.desc()
    query = sa.select(CommitmentNote).where(CommitmentNote.contract_id == contract_id).order_by(*newest_first)
    return {row.item_id: row for row in session.scalars(query.ext(distinct_on(CommitmentNote.item_id)))}


def counted(session: Session, contract_id: UUID, items: Collection[str]) -> dict[str, Share]:
    """What patient, family and care have kept of what they have noted about these commitments."""
    by = CommitmentNote.who, CommitmentNote.kept
    about = (CommitmentNote.contract_id == contract_id, CommitmentNote.item_id.in_(items))
    query = sa.select(*by, sa.func.count()).where(*about).group_by(*by)
    return shares({(who, kept): count for who, kept, count in session.execute(query)})
