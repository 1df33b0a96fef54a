"""The questions asked of next contacts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.named_contact import store as named_contacts
from services.contract.next_contact.domain import HELD, MISSED, State
from services.contract.next_contact.tables import NextContact, NextContactStep
from shared.cover import who_answers
from shared.i18n import _l
from shared.phone import readable
from shared.policy import Subject
from shared.time import to_instant

if TYPE_CHECKING:
    from shared.context import Ctx


@dataclass(frozen=True)
class Times:
    """The times of a next contact as instants: the one both stand by, and the one that waits for an answer."""

    agreed: datetime | None
    suggested: datetime | None


def subject(ctx: Ctx, contract_id: UUID, scope: str) -> Subject | None:
    """Whom a page about this contract is about, and what a delegate needs to be let do to see it."""
    whose = named_contacts.whose(ctx.session, contract_id)
    return Subject(*whose, contract_id, scope) if whose else None


def line(ctx: Ctx, contract_id: UUID) -> tuple[str, str] | None:
    """Whose number is answered right now, and the number, for the pages of this contract. A unit whose name tells too
    much is not named."""
    facts = ctx.directory.covers_of(ctx.session, [contract_id]).get(contract_id)
    if facts is None:
        return None
    unnamed = _l("Your care") if ctx.viewer.kind == "patient" else _l("The care")
    name = unnamed if facts.unit.neutral else facts.unit.name
    return name, readable(who_answers(facts, ctx.now).number or facts.unit.phone)


def current(session: Session, contract_id: UUID, *, lock: bool = False) -> NextContact | None:
    """The contract's next contact that is still to come."""
    query = sa.select(NextContact).where(NextContact.contract_id == contract_id, NextContact.closed_at.is_(None))
    locked = query.with_for_update().execution_options(populate_existing=True) if lock else query
    return session.execute(locked).scalar_one_or_none()


def current_of(session: Session, contract_ids: Collection[UUID]) -> dict[UUID, NextContact]:
    """The same of each of these contracts."""
    query = sa.select(NextContact).where(NextContact.contract_id.in_(contract_ids), NextContact.closed_at.is_(None))
    return {row.contract_id: row for row in session.scalars(query)}


def get(session: Session, next_contact_id: UUID, *, lock: bool = False) -> NextContact | None:
    return session.get(NextContact, next_contact_id, with_for_update=lock or None, populate_existing=lock)


def latest(session: Session, contract_id: UUID) -> NextContact | None:
    """The newest of the contract's contacts, also when it is over."""
    newest_first = NextContact.closed_at.desc().nulls_first()
    query = sa.select(NextContact).where(NextContact.contract_id == contract_id).order_by(newest_first).limit(1)
    return session.execute(query).scalar_one_or_none()


def history(session: Session, contract_id: UUID) -> list[NextContactStep]:
    """Everything said about the contract's next contacts, the newest first."""
    query = sa.select(NextContactStep).join(NextContact).where(NextContact.contract_id == contract_id)
    return list(session.execute(query.order_by(NextContactStep.id.desc())).scalars())


def unanswered_in_a_row(session: Session, contract_id: UUID) -> int:
    """How many questions about the contract's times have had no answer since the patient last did anything here."""
    steps = sa.select(NextContactStep.id).join(NextContact).where(NextContact.contract_id == contract_id)
    theirs = steps.where(NextContactStep.side == "patient")
    heard = theirs.where(NextContactStep.act != "unanswered").order_by(NextContactStep.id.desc()).limit(1)
    since = sa.func.coalesce(heard.scalar_subquery(), 0)
    silent = theirs.where(NextContactStep.act == "unanswered", NextContactStep.id > since)
    return int(session.execute(sa.select(sa.func.count()).select_from(silent.subquery())).scalar_one())


def history_after(session: Session, contract_id: UUID, after: int | None, limit: int) -> list[NextContactStep]:
    """As ``history``, from the step older than ``after`` on."""
    query = sa.select(NextContactStep).join(NextContact).where(NextContact.contract_id == contract_id)
    if after is not None:
        query = query.where(NextContactStep.id < after)
    return list(session.execute(query.order_by(NextContactStep.id.desc()).limit(limit)).scalars())


def snapshot(session: Session, contract_id: UUID) -> dict[str, Any] | None:
    """The next step as a contract's version takes it: its kind and window. Time and way have a history of their own."""
    row = current(session, contract_id)
    if row is None or not stands(row):
        return None
    return {
        "kind": row.kind,
        "earliest": row.earliest.isoformat() if row.earliest else None,
        "latest": row.latest.isoformat() if row.latest else None,
        "event": row.event,
    }


def times(row: NextContact) -> Times:
    return Times(
        agreed=to_instant(row.starts_local, row.zone) if row.starts_local else None,
        suggested=to_instant(row.suggested_local, row.zone) if row.suggested_local else None,
    )


def minutes(row: NextContact) -> int:
    """How long the time takes that both stand by, or that is suggested."""
    return row.minutes if row.starts_local else row.suggested_minutes or row.minutes


def is_held(row: NextContact) -> bool:
    """Whether both stand by an exact time."""
    return State(row.state) in HELD


def stands(row: NextContact) -> bool:
    """Whether there is something to confirm: a time or a window somebody has suggested."""
    return bool(row.starts_local or row.suggested_local or row.latest)


def step_at(step: NextContactStep, zone: str) -> datetime | None:
    """The instant of the time that a step was about."""
    return to_instant(step.local, zone) if step.local else None


def noted(session: Session, next_contact_id: UUID, act: str, at: datetime) -> bool:
    """Whether the history has this already: what was told once may be told again."""
    same = NextContactStep.next_contact_id == next_contact_id, NextContactStep.act == act, NextContactStep.at == at
    return session.execute(sa.select(sa.exists().where(*same))).scalar_one()


def missed(session: Session, contract_id: UUID) -> dict[str, int]:
    """How many agreed times each side has missed; fairness needs both."""
    mine = NextContact.contract_id == contract_id, NextContact.state.in_(MISSED)
    query = sa.select(NextContact.state, sa.func.count().label("number")).where(*mine).group_by(NextContact.state)
    return {row.state: row.number for row in session.execute(query)}
