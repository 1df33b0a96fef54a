"""Who may act for whom by law, and until which birthday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from services.contract.delegates.domain import SCOPES
from shared.i18n import _l
from shared.time import to_instant

KINDS = {
    "guardian": _l("Guardian"),
    "god_man": _l("Legal representative (god man)"),
    "forvaltare": _l("Administrator (förvaltare)"),
    "future_power": _l("Holder of a future power of attorney"),
}
"""Recorded by staff, never granted by the patient."""

SEEING = ("see_times", "see_contract", "see_plan", "see_dialysis_log", "see_admission_queue")
LONGEST_DOCUMENT = 200


@dataclass(frozen=True)
class Step:
    """From one birthday to the next: what a guardian may do, and whether the unit must have decided it."""

    until: int
    scopes: tuple[str, ...]
    decided: bool


STEPS = (Step(13, tuple(SCOPES), decided=False), Step(16, SEEING, decided=True))
"""Guardians by the child's age (domain B8, 1177's own limits): everything under 13, seeing only from 13 to 15 and only
if the unit has decided so, nothing from 16."""


def step_at(born: date, today: date) -> Step | None:
    """The step of a child's age; None for somebody too old to have a guardian act for them."""
    return next((step for step in STEPS if today < birthday(born, step.until)), None)


def birthday(born: date, age: int) -> date:
    """The day somebody turns ``age``; those born on 29 February turn on the 28th, so that no right lasts too long."""
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return born.replace(year=born.year + age, day=day)


def ends_at(born: date, step: Step, zone: str) -> datetime:
    """The midnight, where the child lives, at which the step is over."""
    return to_instant(datetime.combine(birthday(born, step.until), time()), zone)
