"""Who is asked instead of a unit that the patient has blocked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from shared.cover import CoverFacts


def instead(covers: Iterable[CoverFacts], blocked: Collection[UUID]) -> CoverFacts | None:
    """The agreement whose people are asked: one that names somebody before one that names nobody. None where the patient
    has no other."""
    elsewhere = [facts for facts in covers if facts.unit.unit_id not in blocked]
    return min(elsewhere, key=lambda facts: (not facts.appointments, facts.unit.name, facts.contract_id), default=None)
