"""The seven questions of SKR's patient contract, what both sides' answers show, and why an agreement is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.contract.next_contact.domain import Side


class Question(StrEnum):
    """The seven, in their order. Each is asked to the patient, and its mirror to the care."""

    TRUST = "trust"
    AGREEMENT = "agreement"
    SIMPLE_WAYS = "simple_ways"
    NAMED_CONTACT = "named_contact"
    NEXT_STEP = "next_step"
    NEXT_TIME = "next_time"
    OVERVIEW = "overview"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_NEEDED = "not_needed"


class Reason(StrEnum):
    """Why a review is begun."""

    TIME = "time"
    ASKED = "asked"
    QUESTION_NO = "question_no"
    CONTACT_CHANGED = "contact_changed"
    UNANSWERED = "unanswered"


class Outcome(StrEnum):
    """How a review ended: both keep what they have, both said yes to something new, or the contract ended."""

    KEPT = "kept"
    NEW_VERSION = "new_version"
    ENDED = "ended"


WHERE_NEEDED = frozenset({Question.NAMED_CONTACT, Question.OVERVIEW})
"""The two that SKR asks "if needed": these may be answered so."""

SCREENS = (
    (Question.TRUST, Question.AGREEMENT, Question.SIMPLE_WAYS),
    (Question.NAMED_CONTACT, Question.NEXT_STEP),
    (Question.NEXT_TIME, Question.OVERVIEW),
)
"""At most three questions on a screen: a tired person can stop after any of them and go on later."""

UNANSWERED_IN_A_ROW = 3
"""So many questions about times without an answer, and the agreement itself is looked at."""

Given = Mapping[str, str]
"""Answers by question."""


@dataclass(frozen=True)
class Told:
    """One side's latest full answers, and when they were given."""

    answers: Given = field(default_factory=dict)
    at: datetime | None = None


def choices(question: Question) -> tuple[Answer, ...]:
    return tuple(Answer) if question in WHERE_NEEDED else (Answer.YES, Answer.NO)


def is_complete(given: Given) -> bool:
    """Whether each of the seven has an answer it may have."""
    return all(given.get(question) in choices(question) for question in Question)


def first_open_screen(given: Given) -> int | None:
    """The number, from 1, of the first screen with a question left; None when all seven are answered."""
    left = (n for n, asked in enumerate(SCREENS, start=1) if any(q not in given for q in asked))
    return next(left, None)


def noes(given: Given) -> list[Question]:
    return [question for question in Question if given.get(question) == Answer.NO]


def has_receipt(patient: Told, care: Told, *, documented: date | None) -> bool:
    """SKR's test of whether there is a patient contract: both sides answer yes to all seven (two of them may be "not
    needed"), and the agreement is documented in the record."""
    both = (patient.answers, care.answers)
    return documented is not None and all(is_complete(given) and not noes(given) for given in both)


def disagreements(patient: Given, care: Given) -> list[Question]:
    """Where both have answered, and not the same."""
    asked = [question for question in Question if question in patient and question in care]
    return [question for question in asked if patient[question] != care[question]]


def asked_since(told: Told, opened_at: datetime) -> bool:
    return told.at is not None and told.at >= opened_at


def still_to_answer(told: Mapping[Side, Told], opened_at: datetime) -> list[Side]:
    """The sides that have not answered the seven since the review began: before that nobody can keep the agreement."""
    return [side for side in Side if not asked_since(told.get(side, Told()), opened_at)]
