"""A contract begins with the patient's yes to working this way (B1, state ``draft``). Only the patient gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.contract.agreement.domain import State
from services.contract.agreement.told.domain import check_been, how_told
from services.contract.next_contact.domain import Side
from shared.errors import Refused
from shared.i18n import _l

NOT_YET = _l("The patient has not said yes to working this way yet. Until then nothing is written.")
SAID_NO = "patient said no to working this way"
"""Why a contract ended that nobody had begun to write."""
ENDED = _l("This agreement has ended. To go on, begin a new one: it starts with the same words.")


@dataclass(frozen=True)
class Told:
    """How and on which day the patient answered somebody of the care: spoken or paper."""

    how: str
    said_on: date


def told(how: str | None, said_on: date | None, today: date) -> Told:
    """What staff write down of an answer. ``Refused`` without the way or the day, and for a day to come."""
    way = how_told(whose=Side.PATIENT, writer=Side.CARE, how=how)
    if said_on is None:
        raise Refused(_l("Write on which day the patient answered."), field="said_on")
    check_been(said_on, today, field="said_on")
    return Told(way, said_on)


def opens_in(answer: Told | None) -> State:
    """Where a contract that staff open begins: with a yes that was told they assess together, else it waits for one."""
    return State.DRAFT if answer is None else State.COASSESS


def after_answer(*, willing: bool) -> State:
    return State.COASSESS if willing else State.ENDED


def check_joined(state: State) -> None:
    """``Refused`` before the patient has said yes, and after the end: then neither side writes."""
    if state is State.DRAFT:
        raise Refused(NOT_YET)
    check_going(state)


def check_going(state: State) -> None:
    """``Refused`` after the end."""
    if state is State.ENDED:
        raise Refused(ENDED)
