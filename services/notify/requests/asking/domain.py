"""What somebody who wants to ask is told before they write: who reads it, when, and whom to ring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from services.notify.requests.domain import Priority
from services.notify.requests.promise.domain import promise, read_from
from shared.cover import CoverFacts, responsible, who_answers
from shared.time import calendar_of, zone_of


@dataclass(frozen=True, kw_only=True)
class Door:
    """One contract's way in at one instant. ``reads`` is None when people are at work now; ``reader_id`` None when it
    stands with the whole unit. The two last are until when an answer is promised."""

    contract_id: UUID
    unit_name: str | None
    reader_id: UUID | None
    number: str | None
    reads: datetime | None
    zone: tzinfo
    soon_by: datetime
    routine_by: datetime


def door(facts: CoverFacts, at: datetime) -> Door:
    """What is said of this contract at ``at``. A unit whose name tells too much has none."""
    calendar = calendar_of(facts.unit)
    return Door(
        contract_id=facts.contract_id,
        unit_name=None if facts.unit.neutral else facts.unit.name,
        reader_id=responsible(facts, at).person_id,
        number=who_answers(facts, at).number,
        reads=read_from(facts.unit, at),
        zone=zone_of(facts.unit.zone),
        soon_by=promise(Priority.SOON, at, calendar).answer_by,
        routine_by=promise(Priority.ROUTINE, at, calendar).answer_by,
    )
