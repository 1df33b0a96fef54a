"""The cover facts of one request: its contract's, less whoever was passed over, led by whomever it was handed to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.cover import Answer, CoverFacts, responsible
from shared.events import Absence, Appointment, UnitChanged


def unit_alone(
    request_id: UUID, patient_id: UUID, unit: UnitChanged, absences: Mapping[UUID, tuple[Absence, ...]]
) -> CoverFacts:
    """The facts where no contract leads to anybody: the unit's own people and numbers."""
    return CoverFacts(
        contract_id=request_id, patient_id=patient_id, unit=unit, appointments=(), absences=dict(absences)
    )


def stands_with(facts: CoverFacts, request_id: UUID, at: datetime) -> Answer:
    """In whose worklist the request stands at ``at``.

    What a unit is asked that no contract leads to goes to its duty line, where it has one: whoever is on duty sees it and
    answers, and the head, who may be at home, is told when that is late. Once somebody has taken it over it is theirs.
    """
    alone = facts.contract_id == request_id and not facts.appointments
    if alone and facts.unit.duty_line:
        return Answer(kind="duty_line", number=facts.unit.duty_line)
    return responsible(facts, at)


def beyond(facts: CoverFacts, absences: Mapping[UUID, tuple[Absence, ...]]) -> CoverFacts:
    """The facts with the absences of somebody whom nothing in them leads to."""
    return replace(facts, absences={**absences, **facts.absences})


def without(facts: CoverFacts, people: Collection[UUID | None]) -> CoverFacts:
    """The facts as if these people were not there."""
    gone = frozenset(person for person in people if person is not None)
    return replace(facts, roles_ended=facts.roles_ended | gone)


def handed_to(facts: CoverFacts, person_id: UUID, since: datetime) -> CoverFacts:
    """The facts when one person has taken over; when they are away it goes back to who had it before."""
    before = responsible(facts, since).person_id
    taken = Appointment(
        person_id=person_id,
        unit_id=facts.unit.unit_id,
        primary=True,
        deputy_id=before if before != person_id else None,
        starts=since,
        ends=None,
    )
    return replace(facts, appointments=(taken,))
