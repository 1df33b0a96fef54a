"""How a contract comes about: its states, what each needs, and when two confirmations make it active."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.contract.agreement.content.domain import Content, Part
from services.contract.next_contact.domain import Side

REVIEW_AFTER = timedelta(days=182)
"""Half a year: the default of the domain, for want of a published interval."""


class State(StrEnum):
    """Where the work with a contract stands; the four stages of doing it together, then in force, then over."""

    DRAFT = "draft"
    COASSESS = "coassess"
    CODECIDE = "codecide"
    CODESIGN = "codesign"
    PROPOSED = "proposed"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    ENDED = "ended"


class Need(StrEnum):
    """What a contract can lack."""

    OWN_WORDS = "own_words"
    GOAL = "goal"
    OPTIONS = "options"
    PATIENT_COMMITMENT = "patient_commitment"
    CARE_COMMITMENT = "care_commitment"
    NEXT_STEP = "next_step"
    NAMED_CONTACT = "named_contact"
    FLOOR_NUMBER = "floor_number"
    PLAN = "plan"


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.COASSESS, State.ENDED}),
    State.COASSESS: frozenset({State.CODECIDE, State.ENDED}),
    State.CODECIDE: frozenset({State.CODESIGN, State.COASSESS, State.ENDED}),
    State.CODESIGN: frozenset({State.PROPOSED, State.CODECIDE, State.COASSESS, State.ENDED}),
    State.PROPOSED: frozenset({State.ACTIVE, State.CODESIGN, State.ENDED}),
    State.ACTIVE: frozenset({State.UNDER_REVIEW, State.ENDED}),
    State.UNDER_REVIEW: frozenset({State.ACTIVE, State.CODESIGN, State.ENDED}),
    State.ENDED: frozenset(),
}
"""From each state, the states that may follow."""

TO_DECIDE = frozenset({Need.OWN_WORDS})
TO_DESIGN = TO_DECIDE | {Need.GOAL, Need.OPTIONS}
TO_PROPOSE = TO_DESIGN | {Need.PATIENT_COMMITMENT, Need.CARE_COMMITMENT, Need.NEXT_STEP}
TO_ACTIVATE = TO_PROPOSE | {Need.NAMED_CONTACT, Need.FLOOR_NUMBER}

ENTRY: dict[State, frozenset[Need]] = {
    State.CODECIDE: TO_DECIDE,
    State.CODESIGN: TO_DESIGN,
    State.PROPOSED: TO_PROPOSE,
    State.ACTIVE: TO_ACTIVATE,
}
"""What must be there before a state is entered (B1): own words, then a goal and what was talked about, then what both
do about it."""

STAGES = (State.DRAFT, State.COASSESS, State.CODECIDE, State.CODESIGN)
"""The stages that writing leads through; proposing and confirming are acts of their own."""


@dataclass(frozen=True)
class Confirmed:
    """One side's yes to the content with this hash."""

    side: Side
    content_hash: str


def may_move(state: State, to: State) -> bool:
    return to in MOVES[state]


def lacking(content: Content, *, has_floor: bool) -> list[Need]:
    """Everything this content lacks, in the order it is read. An empty plan is a lack that stops nothing; parts 3 and 4
    are not lacking where it says why they are not needed."""
    there = {
        Need.OWN_WORDS: bool(content.text(Part.WHAT_MATTERS)),
        Need.GOAL: bool(content.items(Part.GOALS)),
        Need.OPTIONS: bool(content.text(Part.OPTIONS)),
        Need.PATIENT_COMMITMENT: bool(content.promised_by("patient")),
        Need.CARE_COMMITMENT: bool(content.promised_by("care")),
        Need.NEXT_STEP: content.next_step is not None,
        Need.NAMED_CONTACT: content.named_contact is not None or bool(content.text(Part.CONTACT_NOT_NEEDED)),
        Need.FLOOR_NUMBER: has_floor,
        Need.PLAN: bool(content.plan) or bool(content.text(Part.PLAN_NOT_NEEDED)),
    }
    return [need for need in Need if not there[need]]


def hinders(needs: Iterable[Need], to: State) -> list[Need]:
    """Those of the lacks that keep a contract from entering the state."""
    return [need for need in needs if need in ENTRY.get(to, ())]


def stage_of(needs: Iterable[Need]) -> State:
    """The furthest stage of writing that what is there allows."""
    lacks = set(needs)
    if lacks & TO_DECIDE:
        return State.COASSESS
    return State.CODECIDE if lacks & TO_DESIGN else State.CODESIGN


def after_change(state: State, needs: Iterable[Need]) -> State:
    """The state once the text has changed: back to the writing table, as far along it as the content has come. What is
    not begun or is over stays so."""
    return state if state in {State.DRAFT, State.ENDED} else stage_of(needs)


def standing(confirmations: Iterable[Confirmed], content_hash: str) -> frozenset[Side]:
    """The sides whose yes is to exactly this content."""
    return frozenset(one.side for one in confirmations if one.content_hash == content_hash)


def after_confirming(confirmations: Iterable[Confirmed], content_hash: str) -> State:
    """Active once both sides have said yes to the same content, never before."""
    return State.ACTIVE if standing(confirmations, content_hash) == frozenset(Side) else State.PROPOSED


def review_on(active_on: date) -> date:
    """The day on which both look at it again."""
    return active_on + REVIEW_AFTER
