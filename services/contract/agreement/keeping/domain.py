"""Keeping what one has committed to: three plain words, the same for the patient, the family and the care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.contract.agreement.content.domain import COMMITTED
from services.contract.next_contact.domain import Side


class Kept(StrEnum):
    """How it went. Nobody fails here: life came between, and the agreement may be what has to change."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_THIS_TIME = "not_this_time"


@dataclass(frozen=True)
class Share:
    """How often somebody's commitments were kept, of the times it was noted."""

    kept: int = 0
    partly: int = 0
    not_this_time: int = 0

    @property
    def noted(self) -> int:
        return self.kept + self.partly + self.not_this_time


def side_for(who: str) -> Side:
    """Whose to note a commitment is: the family's is the patient's, as it is to write."""
    return Side.CARE if who == "care" else Side.PATIENT


def shares(counts: Mapping[tuple[str, str], int]) -> dict[str, Share]:
    """The share of each of patient, family and care, from the counts by who and how it went; nobody is left out."""
    return {who: Share(**{kept.value: counts.get((who, kept), 0) for kept in Kept}) for who in COMMITTED}
