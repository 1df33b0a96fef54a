"""What is measured, how each measure is defined, and which counts are too small to show.

A measure is a numerator and a denominator. A count that fewer than five patients stand behind is not shown, and neither
is one whose difference to its denominator is such a count: it could be found by subtraction. There is no total over
units, so that a hidden unit can't be found by taking the others away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.contract.agreement.content.domain import COMMITTED
from services.contract.agreement.review.domain import Question

SMALL = 5
"""From this many patients a count is shown."""

CHANGED, STARTED, MINUTES, RECEIPT = "patient_changed", "patient_started", "minutes", "receipt"
WHOLE, COMPLETE = "four_parts", "complete"
TOLD_YES, TOLD_ANSWERS = "confirmed_by_staff", "answered_by_staff"
KEPT = {who: f"kept_{who}" for who in COMMITTED}
SAME: dict[str, str] = {question: f"same_{question}" for question in Question}
ORDER = (
    CHANGED,
    STARTED,
    *KEPT.values(),
    MINUTES,
    TOLD_YES,
    TOLD_ANSWERS,
    RECEIPT,
    *SAME.values(),
    WHOLE,
    COMPLETE,
)
"""The measures in the order they are read."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One measure of one unit as counted. ``patients`` stand behind the denominator, ``within`` of them behind the
    numerator and ``outside`` behind what is left of the denominator (a patient with many events may be in both)."""

    numerator: int = 0
    denominator: int = 0
    patients: int = 0
    within: int = 0
    outside: int = 0


@dataclass(frozen=True)
class Shown:
    """A measure as it may be shown; None is a count that is too small."""

    numerator: int | None
    denominator: int | None

    @property
    def share(self) -> float | None:
        """Numerator by denominator: a share from 0 to 1, or minutes per contract."""
        return self.numerator / self.denominator if self.numerator is not None and self.denominator else None


def all_shown(counted: Mapping[str, Counted]) -> dict[str, Shown]:
    """Every measure of a unit as it may be shown, in order. Those with all four parts are among those that lack none they
    need: where few lie between the two counts, only the first is shown."""
    found = {key: shown(counted.get(key, Counted()), mean=key == MINUTES) for key in ORDER}
    between = counted.get(COMPLETE, Counted()).within - counted.get(WHOLE, Counted()).within
    if between < SMALL:
        found[COMPLETE] = Shown(None, found[COMPLETE].denominator)
    return found


def shown(counted: Counted, *, mean: bool = False) -> Shown:
    """What may be shown. Of a ``mean`` nothing is left over that could be subtracted."""
    if counted.patients < SMALL:
        return Shown(None, None)
    left = counted.within if mean else min(counted.within, counted.outside)
    return Shown(counted.numerator if left >= SMALL else None, counted.denominator)
