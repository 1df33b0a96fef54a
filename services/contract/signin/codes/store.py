"""The questions asked about codes, and about who may sign in by one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.people.tables import KnownAt, Person
from services.contract.signin.codes.domain import KEPT_FOR
from services.contract.signin.codes.tables import SigninCode
from services.contract.units.tables import CareUnit


def some_unit_allows(session: Session) -> bool:
    """Whether any unit lets its patients sign in by a code."""
    return session.scalar(sa.select(sa.exists().where(CareUnit.code_by_mail))) or False


def numbered(session: Session, identity: str) -> UUID | None:
    """The patient with this number, if they may sign in by a code."""
    return session.scalar(sa.select(Person.id).where(Person.identity == identity, *_may()))


def may_use(session: Session, person_id: UUID) -> Person | None:
    """The person, if they may still sign in by a code."""
    return session.scalar(sa.select(Person).where(Person.id == person_id, *_may()))


def asked_from(session: Session, browser_hash: str) -> SigninCode | None:
    """What this browser has asked for, locked until the transaction ends: of two guesses at once each is counted."""
    query = sa.select(SigninCode).where(SigninCode.browser_hash == browser_hash)
    return session.scalars(query.with_for_update()).one_or_none()


def forget_old(session: Session, at: datetime) -> None:
    session.execute(sa.delete(SigninCode).where(SigninCode.expires_at < at - KEPT_FOR))


def _may() -> tuple[sa.ColumnElement[bool], ...]:
    """Living patients with an address, whose life it does not put at risk, that some unit of theirs lets."""
    allowed = sa.exists().where(KnownAt.person_id == Person.id, KnownAt.unit_id == CareUnit.id, CareUnit.code_by_mail)
    return Person.kind == "patient", Person.email.is_not(None), Person.deceased.is_(None), ~Person.protected, allowed
