"""What of a unit's log is worth a look, which of it is drawn, and what may be said about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from shared.errors import Refused
from shared.i18n import _l

T = TypeVar("T")
SIZE = 24
OF_EACH = 4
"""So many are drawn of each kind at most; the rest by chance alone."""
MANY_IN_AN_HOUR = 20
LATE, EARLY = 22, 6
"""Night, by the unit's clock."""
LATER_DAYS = 7
LONGEST = timedelta(days=92)
LONGEST_SEED, LONGEST_NOTE = 40, 4000
BREAK_GLASS = "break-glass session"
READS = ("read", "list", "search", "export", "print")


class Reason(StrEnum):
    """Why a row was drawn, the gravest first."""

    BROKEN_GLASS = "broken_glass"
    SAME_NAME = "same_name"
    MANY = "many"
    NO_LATER_ACT = "no_later_act"
    NIGHT = "night"
    CHANCE = "chance"


WHY = {
    Reason.BROKEN_GLASS: _l("Opened in an emergency"),
    Reason.SAME_NAME: _l("Has the same family name"),
    Reason.MANY: _l("Many patients within an hour"),
    Reason.NO_LATER_ACT: _l("Read by someone without a part in the care, and nothing done within a week"),
    Reason.NIGHT: _l("At night"),
    Reason.CHANCE: _l("By chance"),
}


def drawn(found: Mapping[Reason, Sequence[T]]) -> list[tuple[Reason, T]]:
    """The sample: of each kind its first few that no graver one has taken, and what chance has put first."""
    taken: dict[T, Reason] = {}
    for reason in Reason:
        most = SIZE if reason is Reason.CHANCE else OF_EACH
        fresh = [one for one in found.get(reason, ()) if one not in taken]
        for one in fresh[: min(most, SIZE - len(taken))]:
            taken[one] = reason
    return [(reason, one) for one, reason in taken.items()]


def check_days(first: date, last: date, today: date) -> None:
    """Only days that are over, so that the same draw gives the same sample. Raises ``Refused``."""
    if last < first:
        raise Refused(_l("The last day is before the first."), field="last")
    if last >= today:
        raise Refused(_l("Choose days that are over: today's log still grows."), field="last")
    if last - first > LONGEST:
        raise Refused(_l("Choose three months at most."), field="first")


def check_findings(sample: Collection[int], follow_up: Collection[int], note: str) -> None:
    """What is to be followed up is of the sample, and somebody has said what is wrong with it. Raises ``Refused``."""
    if not set(follow_up) <= set(sample):
        raise Refused(_l("Choose one from the list."), field="follow_up")
    if follow_up and not note.strip():
        raise Refused(_l("Write what needs to be followed up, and how."), field="note")
