"""Who may break the glass, for how long, what they write, and when somebody must have looked at it (B10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.errors import Refused
from shared.events import StaffRole
from shared.i18n import _l
from shared.roles import NOT_IN_CARE

LOOKED_AT_WITHIN = timedelta(days=7)
"""When a log reviewer should have judged it (own)."""
SHOWN_TO_PATIENT = timedelta(days=30)
"""How long the patient's first page tells of it; their list holds it for good (own)."""
LONGEST_IDENTITY, LONGEST_REASON, LONGEST_NOTE = 40, 1000, 4000
SHORTEST_REASON = 10


class Verdict(StrEnum):
    """What a log reviewer says of it."""

    JUSTIFIED = "justified"
    FOLLOW_UP = "follow_up"


def works_at(roles: Iterable[StaffRole]) -> list[UUID]:
    """The units where somebody with these roles works with patients."""
    return sorted({role.unit_id for role in roles if role.role not in NOT_IN_CARE})


def unit_for(roles: Iterable[StaffRole], chosen: UUID | None) -> UUID:
    """The unit in whose care it is done: the chosen one, or the only one. Raises ``Refused``."""
    units = works_at(roles)
    if not units:
        raise Refused(_l("Only somebody who works with patients at a unit can do this."))
    unit = units[0] if chosen is None and len(units) == 1 else chosen
    if unit not in units:
        raise Refused(_l("Choose the unit where you work now."), field="unit_id")
    return unit


def checked_reason(words: str) -> str:
    """The reason as it is kept. Raises ``Refused`` for one that tells nothing."""
    reason = words.strip()
    if len(reason) < SHORTEST_REASON or len(reason) > LONGEST_REASON:
        raise Refused(
            _l("Write in a whole sentence why you must see this now. The patient will read it."), field="reason"
        )
    return reason


def check_block(*, blocked: bool, past_block: bool) -> None:
    """A block is passed only by who has been told of it. Raises ``Refused``, which tells that there is one and no more."""
    if blocked and not past_block:
        raise Refused(
            _l("The patient has blocked the unit. Read what that means before you go on."), field="past_block"
        )


def overdue(opened_at: datetime, verdict: str | None, at: datetime) -> bool:
    """Whether somebody should have judged it by now."""
    return verdict is None and opened_at + LOOKED_AT_WITHIN < at


def check_verdict(verdict: str, note: str, *, own: bool) -> None:
    """Nobody judges what they did themselves, and what needs a follow-up says which. Raises ``Refused``."""
    if own:
        raise Refused(_l("You opened this yourself. Somebody else must judge it."))
    if verdict == Verdict.FOLLOW_UP and not note.strip():
        raise Refused(_l("Write what needs to be followed up, and how."), field="note")
