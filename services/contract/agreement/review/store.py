"""The questions asked of reviews and of the answers to the seven questions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from services.contract.agreement.domain import State
from services.contract.agreement.review.domain import Told
from services.contract.agreement.review.tables import Documented, Review, SevenAnswers
from services.contract.agreement.tables import Contract
from services.contract.next_contact.domain import Side
from shared.context import Ctx


def begun(ctx: Ctx, contract_id: UUID, side: Side, by: UUID, *, how: str = "web") -> SevenAnswers:
    """The answers this person has begun for this side, locked; a fresh row where there is none."""
    fresh = {"contract_id": contract_id, "side": side, "by": by, "how": how, "answers": {}, "begun_at": ctx.now}
    row = insert(SevenAnswers).values(fresh).on_conflict_do_nothing()
    ctx.session.execute(row)
    found = peek(ctx.session, contract_id, side, by, lock=True)
    assert found is not None  # noqa: S101 - inserted above, or there already
    return found


def peek(session: Session, contract_id: UUID, side: Side, by: UUID, *, lock: bool = False) -> SevenAnswers | None:
    """The answers this person has begun, if any."""
    mine = (SevenAnswers.contract_id == contract_id, SevenAnswers.side == side, SevenAnswers.by == by)
    query = sa.select(SevenAnswers).where(*mine, SevenAnswers.done_at.is_(None))
    locked = query.with_for_update().execution_options(populate_existing=True) if lock else query
    return session.execute(locked).scalar_one_or_none()


def latest(session: Session, contract_id: UUID) -> dict[Side, SevenAnswers]:
    """Each side's latest full answers, by when they were full: whoever began first may be done last."""
    done = (SevenAnswers.contract_id == contract_id, SevenAnswers.done_at.is_not(None))
    newest_first = SevenAnswers.side, SevenAnswers.done_at.desc(), SevenAnswers.id.desc()
    query = sa.select(SevenAnswers).where(*done).order_by(*newest_first).ext(distinct_on(SevenAnswers.side))
    return {Side(row.side): row for row in session.scalars(query)}


def told(session: Session, contract_id: UUID) -> dict[Side, Told]:
    return {side: Told(row.answers, row.done_at) for side, row in latest(session, contract_id).items()}


def open_review(session: Session, contract_id: UUID, *, lock: bool = False) -> Review | None:
    query = sa.select(Review).where(Review.contract_id == contract_id, Review.closed_at.is_(None))
    locked = query.with_for_update().execution_options(populate_existing=True) if lock else query
    return session.execute(locked).scalar_one_or_none()


def documented(session: Session, version_id: UUID) -> Documented | None:
    return session.get(Documented, version_id)


def due(session: Session, today: date, most: int) -> list[UUID]:
    """Contracts in force whose day to be looked at again has come, the oldest first."""
    return list(session.scalars(_due(today).order_by(Contract.review_on, Contract.id).limit(most)))


def due_on(session: Session, today: date) -> date | None:
    """The day on which the first of them was to be looked at again."""
    first = _due(today).with_only_columns(Contract.review_on).order_by(Contract.review_on).limit(1)
    return session.execute(first).scalar_one_or_none()


def _due(today: date) -> sa.Select[UUID]:
    return sa.select(Contract.id).where(Contract.state == State.ACTIVE, Contract.review_on <= today)
