"""The definition of each measure in the reader's language: its name, its numerator and its denominator."""

from __future__ import annotations

from typing import NamedTuple

from services.contract.agreement.measures.domain import (
    CHANGED,
    COMPLETE,
    KEPT,
    MINUTES,
    RECEIPT,
    SAME,
    STARTED,
    TOLD_ANSWERS,
    TOLD_YES,
    WHOLE,
)
from services.contract.agreement.review.words.domain import questions
from shared.i18n import Lazy, _l


class Definition(NamedTuple):
    """What a measure is called, what is counted, and of what."""

    name: Lazy
    numerator: Lazy
    denominator: Lazy


_NOTES = _l("notes of how it went")
_IN_FORCE = _l("agreements in force")
_SAME, _BOTH = _l("both gave the same answer"), _l("agreements in force where both have answered")

DEFINITIONS: dict[str, Definition] = {
    CHANGED: Definition(
        _l("Versions that the patient changed before the yes"),
        _l("versions where the patient asked for a change, or wrote so that a yes no longer counted"),
        _l("versions that both have said yes to"),
    ),
    STARTED: Definition(
        _l("Agreements that the patient started"), _l("agreements opened by the patient"), _l("all agreements")
    ),
    KEPT["patient"]: Definition(_l("Commitments kept: the patient"), _l("noted as kept"), _NOTES),
    KEPT["family"]: Definition(_l("Commitments kept: the family"), _l("noted as kept"), _NOTES),
    KEPT["care"]: Definition(_l("Commitments kept: the care"), _l("noted as kept"), _NOTES),
    MINUTES: Definition(
        _l("Staff minutes for each agreement"), _l("minutes noted"), _l("agreements with minutes noted")
    ),
    TOLD_YES: Definition(
        _l("A yes that staff wrote down"),
        _l("given in a talk or on paper"),
        _l("each yes of a patient that counts"),
    ),
    TOLD_ANSWERS: Definition(
        _l("Seven questions that staff wrote down"),
        _l("given in a talk or on paper"),
        _l("times that a patient has answered all seven"),
    ),
    RECEIPT: Definition(_l("Receipt"), _l("both say yes to all seven, and it is in the record"), _IN_FORCE),
    WHOLE: Definition(
        _l("All four parts"), _l("with an agreement, a next contact, a plan and a named contact"), _IN_FORCE
    ),
    COMPLETE: Definition(
        _l("All the parts that are needed"),
        _l("with all four, or with plan or contact not needed for a reason both agreed to"),
        _IN_FORCE,
    ),
} | {SAME[question]: Definition(text, _SAME, _BOTH) for question, text in questions(patient=False).items()}
