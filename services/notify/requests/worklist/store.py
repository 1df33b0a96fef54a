"""The questions a worklist asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.domain import Priority
from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest, RequestWatch
from services.notify.requests.telling.tables import WorkNotice
from shared.audit import access_log
from shared.policy import Policy
from shared.register.blocks import blocks, blocks_all

Which = Literal["mine", "deputy", "unit"]
PAGE = 20
SEEN_FOR = timedelta(hours=1)
"""A list that refreshes itself shows the same patients again and again: the access log says so once in this time."""

RANK = sa.case({Priority.URGENT.value: 0, Priority.SOON.value: 1}, value=ContactRequest.priority, else_=2)
DUE = sa.case((ContactRequest.acknowledged_at.is_(None), ContactRequest.acknowledge_by), else_=ContactRequest.answer_by)


def waiting(
    session: Session, person_id: UUID, units: Collection[UUID], which: Which, page: int
) -> tuple[list[ContactRequest], bool]:
    """One page of what waits, the most pressing first and of those the one with the least time left; and whether more
    follow."""
    query = sa.select(ContactRequest).where(IS_OPEN, _which(person_id, units, which), *_open_to(units))
    ordered = query.order_by(RANK, DUE, ContactRequest.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = list(session.scalars(ordered))
    return rows[:PAGE], len(rows) > PAGE


def count(session: Session, person_id: UUID, units: Collection[UUID]) -> dict[str, int]:
    """How many wait in each list."""
    lists: tuple[Which, ...] = ("mine", "deputy", "unit")
    filters = [sa.func.count().filter(_which(person_id, units, which)).label(which) for which in lists]
    row = session.execute(sa.select(*filters).select_from(ContactRequest).where(IS_OPEN, *_open_to(units))).one()
    return dict(row._mapping)


def seen_lately(session: Session, person_id: UUID, patients: Collection[UUID], declared: Policy) -> set[UUID]:
    """Those of the patients whom this person has seen in this way within ``SEEN_FOR`` of real time."""
    log = access_log.c
    lately = log.at > sa.func.clock_timestamp() - SEEN_FOR
    same = log.resource == declared.resource, log.action == declared.action
    mine = log.patient_id.in_(patients), log.actor_id == person_id, *same, lately
    found = session.execute(sa.select(log.patient_id).distinct().where(*mine)).scalars()
    return {patient for patient in found if patient is not None}


def saw_notice(session: Session, notice_id: UUID, person_id: UUID, at: datetime) -> None:
    mine = WorkNotice.id == notice_id, WorkNotice.person_id == person_id, WorkNotice.seen_at.is_(None)
    session.execute(sa.update(WorkNotice).where(*mine).values(seen_at=at, tell_at=None))


def put_before(session: Session, person_id: UUID, request_ids: Collection[UUID]) -> set[UUID]:
    """Those of the requests that this person has because they are late."""
    query = sa.select(RequestWatch.request_id).where(RequestWatch.person_id == person_id)
    return set(session.scalars(query.where(RequestWatch.request_id.in_(request_ids))))


def _open_to(units: Collection[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    """Nothing of a patient who has blocked the unit that was asked, or every unit where the viewer works."""
    patient = ContactRequest.patient_id
    return ~blocks(patient, ContactRequest.unit_id), ~blocks_all(patient, units)


def _which(person_id: UUID, units: Collection[UUID], which: Which) -> sa.ColumnElement[bool]:
    if which == "unit":
        return ContactRequest.unit_id.in_(units)
    if which == "deputy":
        return sa.and_(ContactRequest.responsible_id == person_id, ContactRequest.responsible_kind == "deputy")
    watched = sa.select(RequestWatch.request_id).where(RequestWatch.person_id == person_id)
    nobodys = sa.and_(ContactRequest.responsible_id.is_(None), ContactRequest.unit_id.in_(units))
    return sa.or_(ContactRequest.responsible_id == person_id, ContactRequest.id.in_(watched), nobodys)
