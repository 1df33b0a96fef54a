"""The questions asked about links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.signin.tables import SigninLink


def usable(session: Session, code_hash: str, at: datetime) -> bool:
    """Whether the link would open a session now; asking does not spend it."""
    query = sa.select(SigninLink.code_hash).where(SigninLink.code_hash == code_hash, *_open(at))
    return session.scalar(query) is not None


def spend(session: Session, code_hash: str, at: datetime) -> tuple[UUID, str] | None:
    """Use the link up: whom it is for and where it leads. Of two who try at once only one gets it."""
    taken = sa.update(SigninLink).where(SigninLink.code_hash == code_hash, *_open(at)).values(used_at=at)
    row = session.execute(taken.returning(SigninLink.person_id, SigninLink.next_path)).one_or_none()
    return (row.person_id, row.next_path) if row else None


def _open(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return SigninLink.used_at.is_(None), SigninLink.expires_at > at
