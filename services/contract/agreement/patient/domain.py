"""What waits around one patient, for their named contact to see at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.contract.agreement.domain import State
from services.contract.next_contact.domain import Side
from services.contract.next_contact.domain import State as NextState

SHOWN = 5
"""So many coming activities stand on the page; the plan has the rest."""

WISHED = frozenset({NextState.REBOOKING_ASKED, NextState.COUNTER_SUGGESTED})
"""The states in which the patient has asked for another time."""


class Wait(StrEnum):
    """Something that somebody has to do, what the patient asked for first."""

    JOINING = "joining"
    ANOTHER_TIME = "another_time"
    TIME_SUGGESTED = "time_suggested"
    TIME_PASSED = "time_passed"
    NO_NEXT = "no_next"
    REVIEW = "review"
    ANSWER_SEVEN = "answer_seven"
    CARES_YES = "cares_yes"
    PATIENTS_YES = "patients_yes"
    NEWS = "news"
    OVERDUE = "overdue"
    CONFLICT = "conflict"
    EXPLAIN_AGAIN = "explain_again"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How things stand around one patient. ``offered`` tells whether somebody has suggested how to meet; ``yes`` are the
    sides that have said yes to the draft, None where there is nothing to say yes to; ``to_answer`` the sides that an open
    review waits for."""

    state: State
    next_state: NextState | None
    suggested_by: Side | None
    offered: bool
    agreed: datetime | None
    has_next: bool
    yes: frozenset[Side] | None
    reviewed: bool
    to_answer: frozenset[Side]
    changed: bool
    overdue: bool
    conflicts: bool
    unclear: bool


def waits(now: datetime, at: Standing) -> list[Wait]:
    """What waits at this instant. Nothing does once the contract has ended."""
    found = {
        Wait.JOINING: at.state is State.DRAFT,
        Wait.ANOTHER_TIME: at.next_state in WISHED and at.suggested_by is not Side.CARE and not at.offered,
        Wait.TIME_SUGGESTED: at.offered and at.suggested_by is Side.PATIENT,
        Wait.TIME_PASSED: at.agreed is not None and at.agreed <= now,
        Wait.NO_NEXT: not at.has_next,
        Wait.REVIEW: at.reviewed,
        Wait.ANSWER_SEVEN: Side.CARE in at.to_answer,
        Wait.CARES_YES: at.yes is not None and Side.CARE not in at.yes,
        Wait.PATIENTS_YES: at.yes is not None and Side.PATIENT not in at.yes,
        Wait.NEWS: at.changed,
        Wait.OVERDUE: at.overdue,
        Wait.CONFLICT: at.conflicts,
        Wait.EXPLAIN_AGAIN: at.unclear,
    }
    return [] if at.state is State.ENDED else [wait for wait in Wait if found[wait]]
