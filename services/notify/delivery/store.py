"""The questions asked of the send ledger by those who put messages in it or look at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.delivery.domain import ENDED, WAITING, Klass, State
from services.notify.delivery.tables import LEDGER, Delivery
from shared.db import insert_all

OCCURRENCES = UUID("6c1f1e0b-0c4e-4f58-9a38-1d6a3f5f3c52")


def id_of(dedup_key: str) -> UUID:
    """A message's id follows from what it is about: brought back from a backup, the ledger gives the same one again."""
    return uuid5(OCCURRENCES, dedup_key)


def add(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Put messages in the ledger, by one statement. Returns how many are new: the same occurrence is never told twice."""
    names = {attribute.key: attribute.columns[0].name for attribute in Delivery.__mapper__.column_attrs}
    named = [{names[key]: value for key, value in row.items()} for row in rows]
    return insert_all(session, LEDGER, [{"id": id_of(row["dedup_key"]), **row} for row in named], known=True)


def call_off(session: Session, which: sa.ColumnElement[bool], reason: str, at: datetime) -> int:
    """Take back every message of ``which`` that has not left. Returns how many.

    One that is being sent now will not be sent again. One statement for both: a message that its sender puts back at this
    very moment is judged by where it then stands. Locked in the order in which a sender settles, so that neither waits
    for the other in a circle.
    """
    left = sa.select(Delivery.id).where(which, Delivery.state.not_in(ENDED)).order_by(Delivery.id).with_for_update()
    waits = Delivery.state.in_(WAITING)
    changed = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(left))
        .values(
            wanted=False,
            state=sa.case((waits, State.CANCELLED), else_=Delivery.state),
            reason=sa.case((waits, reason), else_=Delivery.reason),
            settled_at=sa.case((waits, at), else_=Delivery.settled_at),
        )
        .returning(Delivery.state),
        execution_options={"synchronize_session": False},
    )
    return sum(state == State.CANCELLED for state in changed.scalars())


def about(subject_id: UUID) -> sa.ColumnElement[bool]:
    """The messages about one reminder or request."""
    return Delivery.subject_id == subject_id


def to_or_about(person_id: UUID) -> sa.ColumnElement[bool]:
    """The messages to a person, and those about them as a patient, except what staff are told."""
    about_them = sa.and_(Delivery.patient_id == person_id, Delivery.klass != Klass.STAFF_NOTICE)
    return sa.or_(Delivery.recipient_id == person_id, about_them)


def reached_at(session: Session, subject_id: UUID, klass: Klass = Klass.STAFF_NOTICE) -> datetime | None:
    """When some person's device was first reached about this request; None when nobody's has been."""
    accepted = sa.select(sa.func.min(Delivery.settled_at)).where(
        about(subject_id), Delivery.klass == klass, Delivery.state == State.ACCEPTED
    )
    return session.execute(accepted).scalar_one()


def not_reached(session: Session, subject_ids: Sequence[UUID], klass: Klass = Klass.STAFF_NOTICE) -> set[UUID]:
    """Those of the requests about which nobody's device has been reached so far."""
    query = sa.select(Delivery.subject_id).where(
        Delivery.subject_id.in_(subject_ids), Delivery.klass == klass, Delivery.state == State.ACCEPTED
    )
    return set(subject_ids) - set(session.execute(query).scalars())
