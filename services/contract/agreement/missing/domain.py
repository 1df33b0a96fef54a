"""What a contract lacks, sorted by who can mend it, and from which instant on it does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum

from services.contract.agreement.domain import TO_PROPOSE, Need
from services.contract.units.domain import HOME_ZONE
from shared.i18n import Lazy, _l
from shared.time import to_instant


class Missing(StrEnum):
    """What contracts are looked for by: the named contact, the patient's yes to working this way, the next step, a look at
    it that is due, part 1, the plan."""

    CONTACT = "contact"
    JOINING = "joining"
    NEXT_STEP = "next_step"
    REVIEW = "review"
    AGREEMENT = "agreement"
    PLAN = "plan"


CALLED: dict[str, Lazy] = {
    Missing.CONTACT: _l("No contact answers"),
    Missing.JOINING: _l("No answer from the patient"),
    Missing.NEXT_STEP: _l("No next contact"),
    Missing.REVIEW: _l("Time to look again"),
    Missing.AGREEMENT: _l("Not fully written"),
    Missing.PLAN: _l("No plan"),
}
PART_ONE = TO_PROPOSE - {Need.NEXT_STEP}
"""What both write in the agreement itself."""


def from_when(
    needs: Iterable[Need], *, opened_at: datetime, step_over: datetime, review: datetime | None
) -> dict[Missing, datetime]:
    """What is missing, or will be, and from when on. ``needs`` is what the content lacks; ``step_over`` when the next
    contact lies behind, or the last one did; ``review`` when it is to be looked at again, None for no such day.

    Whether somebody answers is no matter of the content: that is worked out from appointments, absences and roles.
    """
    lacks = set(needs)
    found = {Missing.NEXT_STEP: step_over}
    if lacks & PART_ONE:
        found[Missing.AGREEMENT] = opened_at
    if Need.PLAN in lacks:
        found[Missing.PLAN] = opened_at
    if review is not None:
        found[Missing.REVIEW] = review
    return found


def review_from(review_on: date | None, begun_at: datetime | None) -> datetime | None:
    """From when on it is to be looked at again: from midnight of its day, or since somebody began to."""
    due = to_instant(datetime.combine(review_on, time()), HOME_ZONE) if review_on else None
    return min((at for at in (due, begun_at) if at), default=None)
