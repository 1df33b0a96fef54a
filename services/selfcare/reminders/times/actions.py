"""Puts a patient's times together from every programme that has some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.selfcare.reminders.answer.actions import questions
from services.selfcare.reminders.answer.domain import Question
from services.selfcare.reminders.reach.domain import Reach, reach
from services.selfcare.reminders.rules.domain import NEXT_CONTACT
from services.selfcare.reminders.times import store
from services.selfcare.reminders.times.domain import Coming
from shared.context import Ctx
from shared.events import UnitChanged
from shared.i18n import Lazy
from shared.relations import closed_to

Source = Callable[[Session, UUID, datetime], list[Coming]]

SOURCES: dict[str, Source] = {NEXT_CONTACT: store.next_contacts}
"""Where times come from, by kind. The programmes above add theirs when the service is wired."""


@dataclass(frozen=True)
class Door:
    """A programme's own page, for the patients it is for."""

    endpoint: str
    text: Lazy
    opens_for: Callable[[Session, UUID], bool]


DOORS: list[Door] = []
"""Where My times leads on to."""

SEE = "see_times"
HIDDEN = "a_time"
"""The kind of a time whose unit tells too much by its name, for anybody but the patient and that unit."""
NOT_THEN = "not_then"
"""The kind of a time at a sensitive unit, for other units' staff: nothing but that the patient can't come then (K21)."""

MOST_QUESTIONS = 3


@dataclass(frozen=True, kw_only=True)
class Times:
    """One patient's times as one viewer may see them."""

    patient_id: UUID
    name: str
    questions: list[Question]
    coming: list[Coming]
    answers: dict[UUID, str]
    reach: Reach | None


def times_of(ctx: Ctx, patient_id: UUID) -> Times:
    """What waits for this viewer's answer, what is coming, and how the unit is reached."""
    coming = coming_for(ctx, patient_id)
    patient = ctx.directory.person(ctx.session, patient_id)
    viewer = ctx.viewer.person_id or patient_id
    return Times(
        patient_id=patient_id,
        name=patient.name if patient else "",
        questions=questions(ctx, patient_id, viewer)[:MOST_QUESTIONS],
        coming=coming,
        answers=_told(coming, store.answers(ctx.session, patient_id, ctx.now)),
        reach=_reach(ctx, patient_id, coming),
    )


def coming_for(ctx: Ctx, patient_id: UUID) -> list[Coming]:
    """Everything to come, the next first; what this viewer must not know the kind of is only a time."""
    found = [one for source in SOURCES.values() for one in source(ctx.session, patient_id, ctx.now)]
    units = ctx.directory.units(ctx.session, {one.unit_id for one in found})
    if ctx.viewer.person_id != patient_id:
        kinds = {unit_id: kind for unit_id, unit in units.items() if (kind := _kind_told(ctx, unit))}
        found = [replace(one, kind=kinds.get(one.unit_id, one.kind)) for one in found]
    return sorted(found, key=lambda one: (one.starts_at, one.id))


def _kind_told(ctx: Ctx, unit: UnitChanged) -> str | None:
    """What somebody else than the patient reads instead of what a time at this unit is for."""
    if ctx.viewer.kind == "staff" and closed_to(ctx, unit):
        return NOT_THEN
    return HIDDEN if unit.neutral and unit.unit_id not in {role.unit_id for role in ctx.viewer.roles} else None


def _told(coming: list[Coming], answers: dict[UUID, str]) -> dict[UUID, str]:
    hidden = {one.id for one in coming if one.kind == NOT_THEN}
    return {subject: answer for subject, answer in answers.items() if subject not in hidden}


def helped_by(ctx: Ctx) -> list[tuple[UUID, str]]:
    """The living patients whose times the viewer may see as their delegate, with their names."""
    person = ctx.viewer.person_id
    if person is None:
        return []
    ids = ctx.directory.patients_of_delegate(ctx.session, person, ctx.now)
    seen = [one for one in ids if SEE in ctx.directory.scopes(ctx.session, person, one, ctx.now)]
    people = ctx.directory.people(ctx.session, seen)
    return sorted(((one.person_id, one.name) for one in people.values() if not one.deceased), key=lambda one: one[1])


def _reach(ctx: Ctx, patient_id: UUID, coming: list[Coming]) -> Reach | None:
    """The unit of the next time, or else that of the contract."""
    covers = ctx.directory.covers(ctx.session, patient_id)
    known = [facts.unit.unit_id for facts in covers if ctx.viewer.kind != "staff" or not closed_to(ctx, facts.unit)]
    unit_ids = [one.unit_id for one in coming if one.kind != NOT_THEN][:1] or known
    unit = ctx.directory.unit(ctx.session, unit_ids[0]) if unit_ids else None
    return reach(unit, ctx.now) if unit else None
