"""The questions asked of the timeline when it is planned, moved or cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.selfcare.reminders.domain import Hours, Occasion, Planned, State
from services.selfcare.reminders.rules.domain import TOGETHER
from services.selfcare.reminders.tables import AgreedTime, QuietPreference, Reminder, TakingPart
from shared.context import Ctx
from shared.events import QuietInterval
from shared.i18n.words import HOME_ZONE
from shared.time import DEFAULT_QUIET

KEY = ("subject_kind", "subject_id", "rule", "occurrence_local", "recipient_id")
INSERT_AT_ONCE = 1000
NAMESPACE = UUID("7f4f2c62-95a4-4a2c-8a43-2d1f5f0c9e11")
MOVED = "moved"
NO_MOMENT = "quiet_hours"
"""Why a reminder has no time to be sent: none outside the recipient's quiet hours is left."""


def hours_of(ctx: Ctx, person_id: UUID) -> Hours:
    """The person's quiet hours in their own zone; nobody is written to at night who has not asked for it."""
    person = ctx.directory.person(ctx.session, person_id)
    known = ctx.session.get(QuietPreference, person_id)
    return hours_from(known.hours if known else None, person.zone if person else None)


def hours_from(quiet: list[Any] | None, zone: str | None) -> Hours:
    """Quiet hours as they are stored, None where nobody has chosen any, in a zone, None where it is not known."""
    chosen = DEFAULT_QUIET if quiet is None else tuple(_interval(raw) for raw in quiet)
    return Hours(quiet=chosen, zone=zone or str(HOME_ZONE))


def _interval(raw: dict[str, Any]) -> QuietInterval:
    return QuietInterval(
        weekday=raw["weekday"], start=time.fromisoformat(raw["start"]), end=time.fromisoformat(raw["end"])
    )


def keep_quiet_hours(session: Session, person_id: UUID, hours: list[Any]) -> None:
    row = insert(QuietPreference).values(person_id=person_id, hours=hours)
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={"hours": row.excluded.hours}))


def decides(session: Session, patient_id: UUID) -> str:
    """How the patient wants to take part."""
    known = session.get(TakingPart, patient_id)
    return known.decides if known else TOGETHER


def row_of(occasion: Occasion, recipient_id: UUID, planned: Planned) -> dict[str, Any]:
    """A new row of the timeline. What has no moment left to be sent is on the page only, and says why.

    Its id is made from what it is about: planned anew after this database was restored, it is the reminder that notify
    knows, and is not sent again.
    """
    sendable = planned.send_at is not None
    about = (occasion.kind, occasion.id, occasion.version, planned.rule.name, occasion.starts_local, recipient_id)
    return {
        "id": uuid5(NAMESPACE, " ".join(map(str, about))),
        "subject_kind": occasion.kind,
        "subject_id": occasion.id,
        "subject_version": occasion.version,
        "rule": planned.rule.name,
        "occurrence_local": occasion.starts_local,
        "zone": occasion.zone,
        "starts_at": occasion.starts_at,
        "patient_id": occasion.patient_id,
        "recipient_id": recipient_id,
        "unit_id": occasion.unit_id,
        "contract_id": occasion.contract_id,
        "due_at": planned.due_at,
        "send_at": planned.send_at,
        "useful_until": planned.useful_until,
        "answer_until": planned.answer_until,
        "state": State.PLANNED if sendable else State.EXPIRED,
        "reason": None if sendable else NO_MOMENT,
        "attempt": 0,
    }


def newest_version(session: Session, kind: str, subject_id: UUID) -> int:
    """The newest version of this thing that reminders were planned for; 0 when there is none."""
    known = (Reminder.subject_kind == kind, Reminder.subject_id == subject_id)
    return session.scalar(sa.select(sa.func.max(Reminder.subject_version)).where(*known)) or 0


FRESH = ("told_at", "delivered_at", "chase_at", "chase_step", "chase_until", "answer", "answered_by", "answered_at")


def put(session: Session, rows: list[dict[str, Any]]) -> None:
    """Add rows to the timeline. One that is there already stays as it is, so planning twice plans once.

    A time that moved away and back is planned anew under a new id: links to the cancelled one stay dead. So is one that
    moved away in a version which its teller, restored to an earlier time, knows nothing of any more.
    """
    for first in range(0, len(rows), INSERT_AT_ONCE):
        new = insert(Reminder).values(rows[first : first + INSERT_AT_ONCE])
        again: dict[str, Any] = {name: new.excluded[name] for name in rows[0] if name not in KEY}
        newer = Reminder.subject_version < new.excluded.subject_version
        again["id"] = sa.case((newer, new.excluded.id), else_=sa.func.gen_random_uuid())
        cancelled = sa.and_(Reminder.state == State.CANCELLED, newer | (Reminder.reason == MOVED))
        session.execute(
            new.on_conflict_do_update(index_elements=KEY, set_=again | dict.fromkeys(FRESH), where=cancelled)
        )


def cancel(session: Session, which: Iterable[sa.ColumnElement[bool]], reason: str) -> list[UUID]:
    """Cancel the chosen rows that still mean something. Returns those that notify has been told of."""
    open_rows = (*which, Reminder.state != State.CANCELLED)
    values = {"state": State.CANCELLED, "reason": reason, "chase_at": None}
    ids = session.execute(sa.update(Reminder).where(*open_rows).values(values).returning(Reminder.id, Reminder.attempt))
    return [row.id for row in ids if row.attempt]


def revive(session: Session, which: Iterable[sa.ColumnElement[bool]], at: datetime) -> None:
    """Plan again, under new ids, what was cancelled and is still of use; ``send_at`` is for the caller to set."""
    chosen = (*which, Reminder.state == State.CANCELLED, Reminder.useful_until > at)
    values = {"id": sa.func.gen_random_uuid(), "state": State.PLANNED, "reason": None, "attempt": 0}
    session.execute(sa.update(Reminder).where(*chosen).values(values | dict.fromkeys(FRESH)))


def unsent(session: Session, recipient_id: UUID, at: datetime) -> list[Any]:
    """What may still be sent to one person, locked: a claim takes a row either before or after its new time."""
    columns = (Reminder.id, Reminder.due_at, Reminder.send_at, Reminder.useful_until)
    held = sa.and_(Reminder.state == State.EXPIRED, Reminder.reason == NO_MOMENT)
    query = sa.select(*columns).where(
        Reminder.recipient_id == recipient_id,
        Reminder.useful_until >= at,
        sa.or_(Reminder.state == State.PLANNED, held),
    )
    return list(session.execute(query.with_for_update()))


def set_send_times(session: Session, times: list[dict[str, Any]]) -> None:
    if times:
        session.execute(sa.update(Reminder), times)


def agreed_time(session: Session, next_contact_id: UUID) -> AgreedTime | None:
    return session.get(AgreedTime, next_contact_id, with_for_update=True)
