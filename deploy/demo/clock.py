"""Moving the demo clock: one row in each service's database, so that all of them move together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from deploy import fitting, system
from deploy.trouble import Trouble
from services.selfcare.reminders.domain import State
from services.selfcare.reminders.tables import Reminder
from shared import clock_row
from shared.db import Database
from shared.events import SERVICES
from shared.time.clock import parse_shift

FARTHEST = timedelta(days=3650)
WAYS = "+2d, +3h or +90m; next, to the next reminder; or reset, to the real time"


def move(how: str) -> timedelta:
    """Move the clock forward by ``how`` (``+2d``, ``+90m``), to the ``next`` reminder, or back to the real time
    (``reset``).

    Returns how far it now is from the real time. Time only goes forward: what has been sent can't be unsent.
    """
    step = None if how in {"reset", "next"} else _step(how)
    databases = {service: Database(_demo_url(service)) for service in SERVICES}
    try:
        with databases["selfcare"].begin() as session:
            shift = _new_shift(session, how, step)
        for database in databases.values():
            clock_row.set_shift(database, shift)
    finally:
        for database in databases.values():
            database.close()
    return shift


def _new_shift(session: Session, how: str, step: timedelta | None) -> timedelta:
    if how == "reset":
        return timedelta()
    now = clock_row.shift_of(session)
    shift = now + (step if step is not None else _until_next_reminder(session, datetime.now(UTC) + now))
    if shift > FARTHEST:
        raise Trouble("the demo clock goes ten years ahead at most: samkontrakt demo clock reset")
    return shift


def _until_next_reminder(session: Session, at: datetime) -> timedelta:
    """How long it is until the next reminder is sent or, unanswered, followed up."""
    planned = sa.select(sa.func.min(Reminder.send_at)).where(Reminder.state == State.PLANNED, Reminder.send_at > at)
    followed = sa.select(sa.func.min(Reminder.chase_at)).where(Reminder.chase_at > at)
    moments = [moment for query in (planned, followed) if (moment := session.scalar(query))]
    if not moments:
        raise Trouble("no reminder is planned: move the clock by a time instead")
    return min(moments) - at + timedelta(seconds=1)


def _demo_url(service: str) -> str:
    config = system.config_of(service)
    if not config.demo:
        raise Trouble("this is not a demonstration: only with SAMKONTRAKT_DEMO=1 can the clock be moved")
    fitting.check(service, config.database_url)
    return config.database_url


def _step(how: str) -> timedelta:
    try:
        step = parse_shift(how)
    except ValueError:
        raise Trouble(f"{how!r} is no way to move a clock: {WAYS}") from None
    if step < timedelta():
        raise Trouble(f"the demo clock only goes forward: {WAYS}")
    return step
