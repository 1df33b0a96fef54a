"""The questions asked about sessions."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.signin.sessions.tables import SigninSession


def for_change(session: Session, session_id: UUID) -> SigninSession | None:
    """The session, locked until the transaction ends."""
    query = sa.select(SigninSession).where(SigninSession.id == session_id).with_for_update()
    return session.scalars(query).one_or_none()
