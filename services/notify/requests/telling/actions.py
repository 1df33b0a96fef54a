"""Telling staff: of an urgent request at once, of everything else by the next digest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from services.notify.delivery import actions as delivery
from services.notify.delivery.domain import Klass
from services.notify.delivery.message.domain import LATE, WORK_NOW
from services.notify.requests.domain import REOPEN_WITHIN, Priority
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling import store
from services.notify.requests.telling.domain import next_digest
from shared.context import Ctx
from shared.cover import CoverFacts, who_answers
from shared.time import WorkingCalendar, calendar_of

CLINICAL = ("nurse", "physician", "head", "ward", "coordinator")
MAY_ASK = "message_contact"
MINDS_THE_LINE = ("coordinator",)
STAYS_USEFUL = timedelta(days=1)


def bring_up(ctx: Ctx, row: ContactRequest, facts: CoverFacts) -> None:
    """See to it that whoever answers is told that this request waits to be looked at."""
    row.unread_at = row.unread_at or ctx.now
    if row.priority == Priority.URGENT:
        _tell_now(ctx, row, facts)
    else:
        tell_later(row, ctx.now, calendar_of(facts.unit))


def tell_later(row: ContactRequest, at: datetime, calendar: WorkingCalendar) -> None:
    """Have the request counted in the next digest."""
    digest = next_digest(at, calendar)
    row.tell_at = min(row.tell_at or digest, digest)


def tell_people(ctx: Ctx, row: ContactRequest, people: Collection[UUID], *, wake: bool) -> None:
    """A message about urgent work to each of these people, now; ``wake`` tells them in their quiet hours too."""
    row.times_told += 1
    ctx.session.flush()
    for person in sorted(people):
        delivery.enqueue(
            ctx,
            dedup_key=f"request:{row.id}:{row.times_told}:{person}",
            recipient_id=person,
            template=WORK_NOW,
            params={"urgent": max(1, store.urgent_at(ctx.session, person))},
            klass=Klass.STAFF_NOTICE,
            useful_until=ctx.now + STAYS_USEFUL,
            unit_id=row.unit_id,
            subject_id=row.id,
            ignore_quiet=wake,
        )
    row.told_at = ctx.now


def tell_patient(ctx: Ctx, row: ContactRequest, template: str) -> None:
    """There is something for the patient to read: they are told, and a delegate who asked and still may. That we are
    late is told only until somebody does something about it."""
    people = {row.patient_id}
    if row.asked_by and MAY_ASK in ctx.directory.scopes(ctx.session, row.asked_by, row.patient_id, ctx.now):
        people.add(row.asked_by)
    row.times_told += 1
    for person in sorted(people):
        delivery.enqueue(
            ctx,
            dedup_key=f"{template}:{row.id}:{row.times_told}:{person}",
            recipient_id=person,
            template=template,
            params={},
            klass=Klass.CLINICAL_REMINDER,
            useful_until=ctx.now + REOPEN_WITHIN,
            patient_id=row.patient_id,
            unit_id=row.unit_id,
            subject_id=row.id if template == LATE else None,
        )


def _tell_now(ctx: Ctx, row: ContactRequest, facts: CoverFacts) -> None:
    """Whoever answers at this instant. When only a line does, whose phone we can't write to, whoever has it in their
    worklist is told in their own hours, and the patient's page says to ring."""
    answers = who_answers(facts, ctx.now).person_id
    if answers is not None:
        tell_people(ctx, row, [answers], wake=True)
    elif row.responsible_id is not None:
        tell_people(ctx, row, [row.responsible_id], wake=False)
    else:
        tell_people(ctx, row, whole_unit(ctx, row.unit_id), wake=False)


def whole_unit(ctx: Ctx, unit_id: UUID) -> list[UUID]:
    """Whom to tell of what nobody in person is responsible for: the unit's coordinators, else everybody in care there."""
    coordinators = ctx.directory.staff_of(ctx.session, unit_id, MINDS_THE_LINE)
    return coordinators or ctx.directory.staff_of(ctx.session, unit_id, CLINICAL)
