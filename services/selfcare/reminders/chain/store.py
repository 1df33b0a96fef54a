"""The questions asked of reminders on their way: by their ids, those whose next step has come, and what it depends on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.selfcare.reminders.domain import Hours
from services.selfcare.reminders.store import hours_from
from services.selfcare.reminders.tables import QuietPreference, Reminder
from shared.context import Ctx
from shared.events import UnitChanged
from shared.register.store import Person

BATCH = 100
MAY_RECEIVE = "receive_reminders"


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the next steps of many reminders depend on, read once for all of them."""

    units: Mapping[UUID, UnitChanged]
    delegates: Mapping[UUID, Sequence[UUID]]
    """Whom each patient lets have reminders now."""
    people: Mapping[UUID, Person]
    quiet: Mapping[UUID, list[Any]]

    def hours(self, person_id: UUID) -> Hours:
        """When the person is left alone. Read only when asked for: hours that can't be read are one person's trouble."""
        person = self.people.get(person_id)
        return hours_from(self.quiet.get(person_id), person.zone if person else None)


def around(ctx: Ctx, rows: Collection[Reminder]) -> Around:
    session, directory = ctx.session, ctx.directory
    delegates = directory.delegates_of(session, {row.patient_id for row in rows}, MAY_RECEIVE, ctx.now)
    people = {row.recipient_id for row in rows}.union(*delegates.values())
    wishes = sa.select(QuietPreference.person_id, QuietPreference.hours).where(QuietPreference.person_id.in_(people))
    return Around(
        units=directory.units(session, {row.unit_id for row in rows}),
        delegates=delegates,
        people=directory.people(session, people),
        quiet={row.person_id: row.hours for row in session.execute(wishes)},
    )


def locked(session: Session, ids: Collection[UUID]) -> dict[UUID, Reminder]:
    """These reminders as they are now, kept from everybody else until the act ends."""
    query = sa.select(Reminder).where(Reminder.id.in_(ids)).order_by(Reminder.id).with_for_update()
    return {row.id: row for row in session.scalars(query.execution_options(populate_existing=True))}


def to_follow_up(session: Session, at: datetime) -> list[Reminder]:
    """The next reminders whose step has come, for this process alone."""
    query = sa.select(Reminder).where(Reminder.chase_at <= at).order_by(Reminder.chase_at, Reminder.id)
    return list(session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)))


def to_follow_up_since(session: Session, at: datetime) -> datetime | None:
    """Since when the first of them has waited."""
    chase = sa.select(Reminder.chase_at).where(Reminder.chase_at <= at).order_by(Reminder.chase_at)
    return session.scalars(chase.limit(1)).one_or_none()
