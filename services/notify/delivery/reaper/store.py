"""What waits to be sent, and what a sender that never came back left behind."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.delivery.domain import PREFER_DUPLICATE, WAITING, Settled, State
from services.notify.delivery.tables import Delivery
from shared.watch.facts import AT_MOST, Waits

_SETTLED = tuple(
    getattr(Delivery, name) for name in ("state", "reason", "subject_id", "attempt", "channel", "template")
)


def waiting(session: Session, at: datetime) -> datetime | None:
    """Since when the oldest has waited to be sent, or since a sender left it behind."""
    now = sa.func.clock_timestamp()
    since = sa.func.greatest(Delivery.not_before, sa.literal(at) - (now - Delivery.retry_at))
    due = sa.select(since).where(is_due(at)).order_by(Delivery.not_before).limit(1)
    left = (
        sa.select(sa.literal(at) - (now - sa.func.coalesce(Delivery.lease_until, now))).where(_left_behind()).limit(1)
    )
    first = sa.func.least(due.scalar_subquery(), left.scalar_subquery())
    found: datetime | None = session.execute(sa.select(first)).scalar_one()
    return found


def waits_to_be_sent(session: Session, at: datetime) -> tuple[Waits, datetime | None]:
    """What waits to be sent, the oldest first and no more than are counted, and when the first of it loses its use."""
    due = sa.select(Delivery.not_before, Delivery.useful_until).where(is_due(at)).order_by(Delivery.not_before)
    oldest = due.limit(AT_MOST + 1).subquery().c
    query = sa.select(sa.func.count(), sa.func.min(oldest.not_before), sa.func.min(oldest.useful_until))
    count, since, first = session.execute(query).one()
    return Waits(count, (at - since).total_seconds() if since else 0.0), first


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


def is_due(at: datetime) -> sa.ColumnElement[bool]:
    """The messages that may be sent at ``at``."""
    return sa.and_(Delivery.state.in_(WAITING), Delivery.not_before <= at, _retry_is_due())


def _retry_is_due() -> sa.ColumnElement[bool]:
    return sa.or_(Delivery.retry_at.is_(None), Delivery.retry_at <= sa.func.clock_timestamp())


def _left_behind() -> sa.ColumnElement[bool]:
    expired = sa.and_(Delivery.state == State.CLAIMED, Delivery.lease_until < sa.func.clock_timestamp())
    return sa.or_(Delivery.state == State.UNKNOWN, expired)
