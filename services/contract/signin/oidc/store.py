"""The questions asked about rounds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contract.signin.oidc.domain import LASTS
from services.contract.signin.oidc.tables import SigninRound


def use_up(session: Session, id_hash: str, at: datetime) -> bool:
    """Whether the round had not been used before. Of two who try at once only one gets it."""
    session.execute(sa.delete(SigninRound).where(SigninRound.used_at < at - 2 * LASTS))
    row = insert(SigninRound).values(id_hash=id_hash, used_at=at).on_conflict_do_nothing()
    return session.execute(row.returning(SigninRound.id_hash)).one_or_none() is not None
