"""Who answers a patient right now, in words that promise nothing that isn't so (K1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from shared.cover import CoverFacts, responsible, who_answers
from shared.time import calendar_of, zone_of


@dataclass(frozen=True, kw_only=True)
class Today:
    """``person_id`` answers now on ``number``; ``away_id`` is whom they stand in for.

    Where ``person_id`` is None a line or the floor number answers now, and ``reader_id`` reads what is written from
    ``read_from`` on: both None where nobody can be named or no hour told.
    """

    person_id: UUID | None
    away_id: UUID | None
    number: str
    reader_id: UUID | None
    read_from: datetime | None
    zone: tzinfo

    def people(self) -> set[UUID]:
        return {person for person in (self.person_id, self.away_id, self.reader_id) if person}


def today(facts: CoverFacts, at: datetime) -> Today:
    """Who is there for this contract at the instant ``at``, and when they next are if nobody is."""
    answer = who_answers(facts, at)
    reads = calendar_of(facts.unit).next_open(at)
    reader = responsible(facts, reads or at)
    return Today(
        person_id=answer.person_id,
        away_id=answer.deputy_for or reader.deputy_for,
        number=answer.number or facts.unit.floor_number,
        reader_id=reader.person_id,
        read_from=None if answer.person_id else reads,
        zone=zone_of(facts.unit.zone),
    )
