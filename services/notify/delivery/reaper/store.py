"""What waits to be sent, and what a sender that never came back left behind."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.delivery.domain import PREFER_DUPLICATE, WAITING, Settled, State
from services.notify.delivery.tables import Delivery

_SETTLED = (Delivery.state, Delivery.reason, Delivery.subject_id, Delivery.attempt, Delivery.channel)


def waiting(session: Session, at: datetime) -> bool:
    """Whether there is anything to send, or anything that a sender left behind."""
    due = sa.and_(Delivery.state.in_(WAITING), Delivery.not_before <= at, _retry_is_due())
    return bool(session.execute(sa.select(sa.exists().where(due) | sa.exists().where(_left_behind()))).scalar_one())


def reap(session: Session, at: datetime, repeatable: bool = False) -> list[Settled]:
    """Take over what a sender claimed and never finished, and decide what follows where nobody knows the outcome.

    SMTP can't be asked whether it took a message. Where silence would be worse it is sent once more under the same
    Message-ID, marked; where a second one would be worse, or there has been one already, it ends here and is handed on.
    ``repeatable``: it left, if it did, by a channel that knows it again; then it simply goes once more.
    """
    either = sa.and_(Delivery.klass.in_(PREFER_DUPLICATE), sa.not_(Delivery.possible_duplicate))
    again = sa.and_(Delivery.wanted, Delivery.useful_until >= at, sa.true() if repeatable else either)
    decided = sa.case((sa.not_(Delivery.wanted), State.CANCELLED), (again, State.RETRY), else_=State.FAILED)
    found = sa.select(Delivery.id).where(_left_behind()).limit(1000).with_for_update(skip_locked=True)
    statement = (
        sa.update(Delivery)
        .where(Delivery.id.in_(found.scalar_subquery()))
        .values(
            state=decided,
            reason=sa.case((sa.not_(Delivery.wanted), "cancelled"), else_="unconfirmed"),
            possible_duplicate=sa.or_(Delivery.possible_duplicate, sa.false() if repeatable else again),
            settled_at=sa.case((again, None), else_=at),
            claim_token=None,
            lease_until=None,
            retry_at=None,
        )
        .returning(*_SETTLED)
    )
    return [Settled(*row) for row in session.execute(statement, execution_options={"synchronize_session": False})]


def expire(session: Session, at: datetime) -> list[Settled]:
    """End what has lost its use while it waited."""
    overdue = sa.and_(Delivery.state.in_(WAITING), Delivery.not_before <= at, Delivery.useful_until < at)
    ended = {"state": State.EXPIRED, "reason": "expired", "settled_at": at}
    statement = sa.update(Delivery).where(overdue).values(ended).returning(*_SETTLED)
    return [Settled(*row) for row in session.execute(statement, execution_options={"synchronize_session": False})]


def _retry_is_due() -> sa.ColumnElement[bool]:
    return sa.or_(Delivery.retry_at.is_(None), Delivery.retry_at <= sa.func.clock_timestamp())


def _left_behind() -> sa.ColumnElement[bool]:
    expired = sa.and_(Delivery.state == State.CLAIMED, Delivery.lease_until < sa.func.clock_timestamp())
    return sa.or_(Delivery.state == State.UNKNOWN, expired)
