"""Whom a patient can't keep out before somebody else is there: a patient always has somebody to turn to (B4, K)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from shared.cover import CoverFacts, not_over, responsible
from shared.errors import Refused
from shared.i18n import _l

AGREEMENT_THERE = _l(
    "You have your agreement at this unit. End the agreement first, or ask for a contact at another unit."
    " Then you can block it."
)
CONTACT_THERE = _l(
    "Your contact, or the one who answers when they are away, works at this unit."
    " Ask for another contact first. Then you can block it."
)
MOST_SHOWN = 200


def leads_to(covers: Iterable[CoverFacts], at: datetime) -> set[UUID]:
    """Everybody who is named in these agreements, now or from a day to come, and whoever answers now."""
    found: set[UUID | None] = set()
    for facts in covers:
        found.add(responsible(facts, at).person_id)
        for one in not_over(facts, at):
            found |= {one.person_id, one.deputy_id}
    return {person for person in found if person is not None}


def check_may_block(unit_id: UUID, covers: Collection[CoverFacts], at: datetime, shut_out: Collection[UUID]) -> None:
    """``covers`` are of the patient's agreements that have not ended, ``shut_out`` those whom the block would keep out.
    Raises ``Refused`` with what to do first."""
    if any(facts.unit.unit_id == unit_id for facts in covers):
        raise Refused(AGREEMENT_THERE, field="unit_id")
    if leads_to(covers, at) & set(shut_out):
        raise Refused(CONTACT_THERE, field="unit_id")
