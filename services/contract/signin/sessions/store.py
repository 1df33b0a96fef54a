"""The questions asked about sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.signin.sessions.domain import IDLE, LONGEST
from services.contract.signin.sessions.tables import SigninSession


def for_change(session: Session, session_id: UUID) -> SigninSession | None:
    """The session, locked until the transaction ends."""
    query = sa.select(SigninSession).where(SigninSession.id == session_id).with_for_update()
    return session.scalars(query).one_or_none()


def standing(
    session: Session, person_id: UUID, at: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> list[SigninSession]:
    """The person's sessions that are not over, the newest first, from the one after ``after`` on."""
    order = sa.tuple_(SigninSession.started_at, SigninSession.id)
    query = sa.select(SigninSession).where(*_standing(person_id, at))
    query = query.where(order < sa.tuple_(*after)) if after else query
    return list(session.scalars(query.order_by(SigninSession.started_at.desc(), SigninSession.id.desc()).limit(limit)))


def count(session: Session, person_id: UUID, at: datetime) -> int:
    """How many of the person's sessions are not over."""
    return session.scalar(sa.select(sa.func.count()).select_from(SigninSession).where(*_standing(person_id, at))) or 0


def not_ended(session: Session, person_id: UUID, at: datetime) -> list[SigninSession]:
    """Those of the person that nobody has ended, locked: one that runs out at this moment is ended too."""
    mine = SigninSession.person_id == person_id, SigninSession.started_at > at - LONGEST
    query = sa.select(SigninSession).where(*mine, SigninSession.ended_at.is_(None))
    return list(session.scalars(query.order_by(SigninSession.id).with_for_update()))


def end_those_standing(session: Session, at: datetime) -> list[UUID]:
    """End every session that may still be renewed; returns which."""
    may = SigninSession.started_at > at - LONGEST, SigninSession.ended_at.is_(None)
    query = sa.update(SigninSession).where(*may).values(ended_at=at).returning(SigninSession.id)
    return sorted(session.scalars(query))


def _standing(person_id: UUID, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """As ``domain.over`` says of one."""
    used = (sa.and_(SigninSession.kind == kind, SigninSession.seen_at > at - idle) for kind, idle in IDLE.items())
    mine = SigninSession.person_id == person_id, SigninSession.started_at > at - LONGEST
    return *mine, SigninSession.ended_at.is_(None), sa.or_(*used)
