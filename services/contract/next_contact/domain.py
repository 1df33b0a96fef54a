"""The next contact: its kinds, its states and what may happen in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MOST_ROUNDS = 3
"""After so many suggestions back and forth somebody must ring: a request to the named contact."""


USUAL_MINUTES = 30
"""How long a contact takes where nobody has said."""

MOST_MINUTES = 8 * 60


class Kind(StrEnum):
    """How the next contact is agreed. None is without an end: silent open ends are how people are lost."""

    EXACT = "exact"
    WINDOW = "window"
    PATIENT_INITIATED = "patient_initiated"
    ON_EVENT = "on_event"


class Way(StrEnum):
    """How patient and care meet."""

    VISIT = "visit"
    PHONE = "phone"
    VIDEO = "video"
    HOME = "home"
    MESSAGE = "message"


class Side(StrEnum):
    """Who acts."""

    PATIENT = "patient"
    CARE = "care"


class How(StrEnum):
    """How one's word came in: by oneself on these pages, or told to somebody who wrote it down."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"
    MEETING = "meeting"


@dataclass(frozen=True)
class Said:
    """How and on which day a word was given, when somebody else writes it down; None: now."""

    how: How = How.WEB
    on: date | None = None


ON_THE_WEB = Said()


class State(StrEnum):
    SUGGESTED = "suggested"
    COUNTER_SUGGESTED = "counter_suggested"
    AGREED = "agreed"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    REBOOKING_ASKED = "rebooking_asked"
    FULFILLED = "fulfilled"
    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_CARE = "cancelled_by_care"
    MISSED_BY_PATIENT = "missed_by_patient"
    MISSED_BY_CARE = "missed_by_care"


class Act(StrEnum):
    """What can be done with a next contact."""

    SUGGEST = "suggest"
    COUNTER = "counter"
    AGREE = "agree"
    BOOK = "book"
    CONFIRM = "confirm"
    ASK_ANOTHER = "ask_another"
    FULFIL = "fulfil"
    CANCEL_BY_PATIENT = "cancel_by_patient"
    CANCEL_BY_CARE = "cancel_by_care"
    MISS_BY_PATIENT = "miss_by_patient"
    MISS_BY_CARE = "miss_by_care"


S, A = State, Act
HELD = frozenset({S.BOOKED, S.CONFIRMED})
"""The states in which an exact time stands and both rely on it."""

MISSED = frozenset({S.MISSED_BY_PATIENT, S.MISSED_BY_CARE})
"""The ends that are counted for each side."""

MISSES, CANCELS = (A.MISS_BY_PATIENT, A.MISS_BY_CARE), (A.CANCEL_BY_PATIENT, A.CANCEL_BY_CARE)

OPEN = HELD | {S.SUGGESTED, S.COUNTER_SUGGESTED, S.AGREED, S.REBOOKING_ASKED}
"""The states in which the contact is still to come."""

AFTER: Mapping[Act, Mapping[State, State]] = {
    A.SUGGEST: dict.fromkeys(OPEN, S.SUGGESTED),
    A.COUNTER: dict.fromkeys((S.SUGGESTED, S.COUNTER_SUGGESTED), S.COUNTER_SUGGESTED),
    A.AGREE: dict.fromkeys((S.SUGGESTED, S.COUNTER_SUGGESTED, S.REBOOKING_ASKED), S.AGREED),
    A.BOOK: {S.AGREED: S.BOOKED},
    A.CONFIRM: dict.fromkeys((*HELD, S.REBOOKING_ASKED), S.CONFIRMED),
    A.ASK_ANOTHER: dict.fromkeys((*HELD, S.REBOOKING_ASKED), S.REBOOKING_ASKED),
    A.FULFIL: dict.fromkeys(OPEN, S.FULFILLED),
    A.CANCEL_BY_PATIENT: dict.fromkeys(OPEN, S.CANCELLED_BY_PATIENT),
    A.CANCEL_BY_CARE: dict.fromkeys(OPEN, S.CANCELLED_BY_CARE),
    A.MISS_BY_PATIENT: dict.fromkeys(OPEN - {S.AGREED}, S.MISSED_BY_PATIENT),
    A.MISS_BY_CARE: dict.fromkeys(OPEN - {S.AGREED}, S.MISSED_BY_CARE),
}
"""For each act, the states it is possible in and where it leads. A confirmed rebooking wish is an answer changed back.
A time stands while another is talked about, so it can be kept or missed then too: ``may_end`` says whether one does."""

ANSWERS = {"yes": Act.CONFIRM, "cannot": Act.ASK_ANOTHER, "another_time": Act.ASK_ANOTHER}
"""What an answer to a reminder does."""


class Impossible(Exception):
    """The act makes no sense as things stand."""


def after(state: State, act: Act) -> State:
    """The state an act leads to. Raises ``Impossible`` where it has no meaning."""
    try:
        return AFTER[act][state]
    except KeyError as error:
        raise Impossible(f"{act} in {state}") from error


def can(state: State, act: Act) -> bool:
    return state in AFTER[act]


def may_end(act: Act, *, agreed: bool, starts: datetime | None, now: datetime) -> bool:
    """Whether there is anything to keep, to miss or to cancel: an agreed contact to fulfil, a time that has been to miss,
    one that has not to cancel."""
    been = starts is not None and starts <= now
    if act in MISSES:
        return been
    if act in CANCELS:
        return not been
    return agreed if act is Act.FULFIL else True


def may_agree(suggested_by: Side | None, side: Side) -> bool:
    """Nobody says yes to their own suggestion."""
    return suggested_by is not None and suggested_by is not side


def has_end(kind: Kind, *, starts: datetime | None, latest: date | None) -> bool:
    """Whether the next contact can't be left open for ever: an exact time, or a last day for every other kind."""
    return starts is not None if kind is Kind.EXACT else latest is not None


def needs_a_call(rounds: int) -> bool:
    """Whether suggestions have gone back and forth often enough."""
    return rounds >= MOST_ROUNDS


def window_holds(day: date, earliest: date | None, latest: date | None) -> bool:
    """Whether a day lies in the agreed window; without a window every day does."""
    return (earliest is None or earliest <= day) and (latest is None or day <= latest)
