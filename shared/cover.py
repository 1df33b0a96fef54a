"""Who answers for a patient: never nobody, never a circle, and never a telephone that nobody picks up.

Contract tells facts (appointments, absences, the unit's hours and numbers); each service computes the answer from its
own copy of them, for whatever instant it asks about. The order is the law's and the product's: the named contact,
whoever stands in, the unit's duty line, the head of unit, and at last the number that is always answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Literal
from uuid import UUID

from shared.events import Absence, Appointment, UnitChanged
from shared.time import calendar_of, duty_calendar_of

READS_AFTER = timedelta(days=14)
"""For how long whoever has handed over a contract may still read it."""

Kind = Literal["named_contact", "deputy", "duty_line", "head", "floor"]


@dataclass(frozen=True, kw_only=True)
class CoverFacts:
    """Everything that decides who answers for one contract. ``absences`` are by person, of everybody whom appointments,
    the head and the deputies of deputies lead to; a person in ``roles_ended`` has died or no longer works at the unit and
    never answers, whatever they are still appointed to."""

    contract_id: UUID
    patient_id: UUID
    unit: UnitChanged
    appointments: tuple[Appointment, ...]
    absences: dict[UUID, tuple[Absence, ...]]
    roles_ended: frozenset[UUID] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Who answers, and on which telephone number.

    ``person_id`` is None for a line. ``deputy_for`` is the person in whose place a deputy stands. ``until`` is the next
    instant at which the answer may be another; None when nothing known will change it.
    """

    kind: Kind
    person_id: UUID | None = None
    number: str | None = None
    deputy_for: UUID | None = None
    until: datetime | None = None


def who_answers(facts: CoverFacts, at: datetime) -> Answer:
    """The person or line that can be reached at the instant ``at``.

    People answer in the unit's hours; outside them only a duty line that is open, or else the floor number, because no
    page may name somebody who will not read it before Monday.
    """
    unit, duty = calendar_of(facts.unit), duty_calendar_of(facts.unit)
    staffed = unit.is_open(at)
    answer = contact_answers(facts, at) if staffed else None
    if answer is None and facts.unit.duty_line and duty.is_open(at):
        answer = Answer(kind="duty_line", number=facts.unit.duty_line)
    if answer is None and staffed:
        answer = _head(facts, at)
    hours = (change for change in (unit.next_change(at), duty.next_change(at)) if change is not None)
    return replace(answer or _floor(facts), until=min([*hours, *_changes(facts, at)], default=None))


def responsible(facts: CoverFacts, at: datetime) -> Answer:
    """The person in whose worklist a request stands at ``at``, whether or not the unit is open then.

    A line has no worklist, so here the head of unit, whom the law holds to it, comes before the duty line, and even an
    absent head before the floor. Without a person (``person_id`` None) the request is the whole unit's.
    """
    answer = contact_answers(facts, at) or _head(facts, at)
    if answer is None and facts.unit.duty_line:
        answer = Answer(kind="duty_line", number=facts.unit.duty_line)
    if answer is None and facts.unit.head_id:
        answer = Answer(kind="head", person_id=facts.unit.head_id, number=facts.unit.phone)
    return replace(answer or _floor(facts), until=min(_changes(facts, at), default=None))


def contact_answers(facts: CoverFacts, at: datetime) -> Answer | None:
    """The named contact, or whoever stands in for them at ``at``; None where only the head, a line or the floor is left."""
    held = _appointment(facts, at)
    if held is None:
        return None
    person = _first_present(facts, at, held.person_id, held.deputy_id)
    return _answer_of(facts, "named_contact", held.person_id, person)


def appointed(facts: CoverFacts, at: datetime) -> UUID | None:
    """The primary contact at ``at``, present or not: who is named as the patient's contact."""
    found = _appointment(facts, at)
    return found.person_id if found and found.primary else None


def not_over(facts: CoverFacts, at: datetime) -> tuple[Appointment, ...]:
    """The appointments that hold at ``at`` or will: those that are over are told for as long as they let somebody read."""
    return tuple(a for a in facts.appointments if a.ends is None or at < a.ends)


def handed_over_lately(facts: CoverFacts, person_id: UUID, at: datetime) -> bool:
    """Whether an appointment of theirs ended so short a while before ``at`` that they may still read."""
    ended = (a.ends for a in facts.appointments if a.person_id == person_id and a.ends is not None)
    return person_id not in facts.roles_ended and any(ends <= at < ends + READS_AFTER for ends in ended)


def _head(facts: CoverFacts, at: datetime) -> Answer | None:
    head = facts.unit.head_id
    return None if head is None else _answer_of(facts, "head", head, _first_present(facts, at, head))


def _answer_of(facts: CoverFacts, kind: Kind, expected: UUID, person: UUID | None) -> Answer | None:
    if person is None:
        return None
    if person == expected:
        return Answer(kind=kind, person_id=person, number=facts.unit.phone)
    return Answer(kind="deputy", person_id=person, number=facts.unit.phone, deputy_for=expected)


def _floor(facts: CoverFacts) -> Answer:
    return Answer(kind="floor", number=facts.unit.floor_number)


def _appointment(facts: CoverFacts, at: datetime) -> Appointment | None:
    """The appointment that counts now: the primary one, of several the newest; a co-contact's where none is primary."""
    active = [a for a in facts.appointments if _during(a.starts, a.ends, at)]
    return max(active, key=lambda a: (a.primary, a.starts, a.person_id), default=None)


def _first_present(facts: CoverFacts, at: datetime, *people: UUID | None) -> UUID | None:
    """The first of ``people`` who is there. For each who is away those who stand in are asked before the next, and for
    each of them in turn theirs; nobody is asked twice, so deputies who point at each other end the search."""
    waiting, asked = list(people), set[UUID]()
    while waiting:
        person = waiting.pop(0)
        if person is None or person in asked:
            continue
        asked.add(person)
        away = [a for a in facts.absences.get(person, ()) if _during(a.starts, a.ends, at)]
        if not away and person not in facts.roles_ended:
            return person
        newest_first = sorted(away, key=lambda a: (a.starts, a.absence_id), reverse=True)
        waiting[:0] = [absence.deputy_id for absence in newest_first]
    return None


def _during(starts: datetime, ends: datetime | None, at: datetime) -> bool:
    return starts <= at and (ends is None or at < ends)


def _changes(facts: CoverFacts, at: datetime) -> Iterator[datetime]:
    """The instants after ``at`` at which an appointment or absence begins or ends."""
    absences = (absence for person in facts.absences.values() for absence in person)
    periods: chain[Appointment | Absence] = chain(facts.appointments, absences)
    return (edge for period in periods for edge in (period.starts, period.ends) if edge is not None and edge > at)
