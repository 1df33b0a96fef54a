"""The questions asked of the log of one unit, and of the checks that were made of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.audit.looked.domain import Act
from shared.audit.looked.store import COLUMNS
from shared.audit.review.domain import (
    BREAK_GLASS,
    EARLY,
    LATE,
    LATER_DAYS,
    MANY_IN_AN_HOUR,
    READS,
    SIZE,
    Reason,
)
from shared.audit.tables import access_log, access_review
from shared.db import among
from shared.policy import Who
from shared.register.tables import person
from shared.time import to_instant
from shared.web.marks import Mark

STAFF = (Who.CONTACT, Who.DEPUTY, Who.CONTACT_BEFORE, Who.BREAK_GLASS, Who.STAFF, Who.ADMIN)
NO_PART = (Who.STAFF, Who.ADMIN, Who.CONTACT_BEFORE)
log = access_log.c


@dataclass(frozen=True)
class Draw:
    """What a sample is drawn from: a unit's days on its own calendar, but never what the reviewer did. ``seed`` is the luck:
    the same gives the same sample."""

    unit_id: UUID
    zone: str
    first: date
    last: date
    seed: str
    reviewer_id: UUID

    def bounds(self) -> tuple[datetime, datetime]:
        """From the first day's beginning until the last one's end."""
        days = (self.first, self.last + timedelta(days=1))
        since, until = (to_instant(datetime.combine(day, time()), self.zone) for day in days)
        return since, until


@dataclass(frozen=True)
class Row:
    """One row of a sample."""

    act: Act
    patient_id: UUID


def rows(session: Session, draw: Draw, reason: Reason) -> list[Row]:
    """The rows of this kind that the seed puts first, as many as a sample holds."""
    which, luck = _among(draw), sa.func.md5(sa.literal(draw.seed) + sa.cast(log.id, sa.Text))
    kind = {
        Reason.BROKEN_GLASS: lambda: sa.or_(log.resource == BREAK_GLASS, log.actor_as == Who.BREAK_GLASS),
        Reason.SAME_NAME: _same_name,
        Reason.MANY: lambda: _many(which),
        Reason.NO_LATER_ACT: _no_later_act,
        Reason.NIGHT: lambda: _night(draw.zone),
        Reason.CHANCE: sa.true,
    }[reason]()
    query = sa.select(*COLUMNS, log.patient_id).where(*which, kind).order_by(luck, log.id).limit(SIZE)
    return [_row(row) for row in session.execute(query)]


def by_ids(session: Session, ids: Collection[int]) -> list[Row]:
    """These rows, in the order of their ids."""
    query = sa.select(*COLUMNS, log.patient_id).where(among(log.id, ids)).order_by(log.id)
    return [_row(row) for row in session.execute(query)]


def reviews(session: Session, unit_ids: Collection[UUID], after: Mark | None, limit: int) -> list[Any]:
    """The checks made at these units, newest first."""
    query = sa.select(access_review).where(among(access_review.c.unit_id, unit_ids))
    order = (access_review.c.at, access_review.c.id)
    if after is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(*map(sa.literal, after)))
    return list(session.execute(query.order_by(*(column.desc() for column in order)).limit(limit)))


def review(session: Session, unit_id: UUID, review_id: UUID) -> Any | None:
    """One check made at the unit."""
    mine = access_review.c.id == review_id, access_review.c.unit_id == unit_id
    return session.execute(sa.select(access_review).where(*mine)).one_or_none()


def _row(row: Any) -> Row:
    return Row(Act(*row[:-1]), row[-1])


def _among(draw: Draw) -> tuple[sa.ColumnElement[bool], ...]:
    """What people at work did with patients' data at the unit on these days."""
    since, until = draw.bounds()
    at_work = log.actor_as.in_(STAFF), log.actor_id != draw.reviewer_id, log.patient_id.is_not(None)
    return (log.unit_id == draw.unit_id, log.at >= since, log.at < until, *at_work)


def _same_name() -> sa.ColumnElement[bool]:
    actor, patient = person.alias("actor"), person.alias("patient")
    query = sa.select(actor.c.person_id).where(actor.c.person_id == log.actor_id, patient.c.person_id == log.patient_id)
    return sa.exists(query.where(_family(actor) == _family(patient)))


def _family(who: Any) -> sa.ColumnElement[str]:
    return sa.func.lower(sa.func.regexp_replace(who.c.name, r"^.*\s", ""))


def _many(which: tuple[sa.ColumnElement[bool], ...]) -> sa.ColumnElement[bool]:
    """Opened one after another: a list that shows many patients is one act of one second."""
    hour = sa.func.date_trunc("hour", log.at)
    seconds = sa.func.count(sa.func.date_trunc("second", log.at).distinct())
    patients = sa.func.count(log.patient_id.distinct())
    busy = sa.select(log.actor_id, hour).where(*which).group_by(log.actor_id, hour)
    busy = busy.having(seconds >= MANY_IN_AN_HOUR, patients >= MANY_IN_AN_HOUR)
    return sa.tuple_(log.actor_id, hour).in_(busy)


def _no_later_act() -> sa.ColumnElement[bool]:
    later = access_log.alias("later")
    soon = later.c.at.between(log.at, log.at + timedelta(days=LATER_DAYS))
    same = later.c.patient_id == log.patient_id, later.c.actor_id == log.actor_id
    done = sa.exists(sa.select(later.c.id).where(*same, soon, later.c.action.not_in(READS)))
    return sa.and_(log.actor_as.in_(NO_PART), log.action == "read", ~done)


def _night(zone: str) -> sa.ColumnElement[bool]:
    hour = sa.extract("hour", sa.func.timezone(zone, log.at))
    return sa.or_(hour >= LATE, hour < EARLY)
