"""When a contract leads to no named person, why, and who could stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.contract.named_contact.domain import overlap
from shared.cover import Answer, CoverFacts, contact_answers, not_over, responsible
from shared.events import Absence, Appointment

LOOK_AHEAD = timedelta(days=14)
AS_FAR_AS_KNOWN = timedelta(days=36_500)

Why = Literal["nobody", "left", "away"]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A time in which a contract leads to nobody better than the head, the duty line or the floor; ``ends`` None is
    beyond what was looked at."""

    starts: datetime
    ends: datetime | None
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """A contract with a gap: the first one, whose appointment should have held, why not, and who could stand in."""

    facts: CoverFacts
    gap: Gap
    appointed: Appointment | None
    why: Why
    stand_in: UUID | None


def gaps(facts: CoverFacts, at: datetime, ahead: timedelta = LOOK_AHEAD) -> list[Gap]:
    """The gaps between ``at`` and ``at + ahead``, in order, those that touch joined into one."""
    found: list[Gap] = []
    for starts, ends, answer in _answers(facts, at, at + ahead):
        if contact_answers(facts, starts):
            continue
        if found and found[-1].ends == starts:
            found[-1] = replace(found[-1], ends=ends)
        else:
            found.append(Gap(starts=starts, ends=ends, answer=answer))
    return found


def uncovered(
    every: Iterable[CoverFacts], staff: Mapping[UUID, Collection[UUID]], patients: Mapping[UUID, int], at: datetime
) -> list[Uncovered]:
    """The contracts with a gap, the soonest first. ``staff`` is who works with patients, by unit, and ``patients`` how many
    each has as primary contact."""
    load: Counter[UUID | None] = Counter(patients)
    found = []
    for facts in every:
        if missing := gaps(facts, at):
            gap, appointed = missing[0], appointed_at(facts, missing[0].starts)
            stand_in = suggested(staff.get(facts.unit.unit_id, ()), facts, gap, load)
            why = _why(facts, appointed)
            found.append(Uncovered(facts=facts, gap=gap, appointed=appointed, why=why, stand_in=stand_in))
            load[stand_in] += 1
    return sorted(found, key=lambda one: one.gap.starts)


def suggested(candidates: Iterable[UUID], facts: CoverFacts, gap: Gap, load: Mapping[UUID | None, int]) -> UUID | None:
    """Who could stand in: somebody there during the whole gap, of them whoever has the fewest patients."""
    missing = Absence(absence_id=facts.contract_id, starts=gap.starts, ends=gap.ends, deputy_id=None)
    appointed = {appointment.person_id for appointment in not_over(facts, gap.starts)}
    there = (
        person
        for person in candidates
        if person not in appointed and not any(overlap(away, missing) for away in facts.absences.get(person, ()))
    )
    return min(there, key=lambda person: (load.get(person, 0), str(person)), default=None)


def appointed_at(facts: CoverFacts, at: datetime) -> Appointment | None:
    """The appointment that should hold at the instant ``at``."""
    held = [a for a in facts.appointments if a.starts <= at and (a.ends is None or at < a.ends)]
    return max(held, key=lambda a: (a.primary, a.starts, a.person_id), default=None)


def _why(facts: CoverFacts, appointed: Appointment | None) -> Why:
    if appointed is None:
        return "nobody"
    return "left" if appointed.person_id in facts.roles_ended else "away"


def _answers(facts: CoverFacts, at: datetime, until: datetime) -> Iterator[tuple[datetime, datetime | None, Answer]]:
    while at < until:
        answer = responsible(facts, at)
        ends = answer.until if answer.until and answer.until < until else None
        yield at, ends, answer
        at = ends or until
