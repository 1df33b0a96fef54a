"""Which reminders there are of each kind of thing, and how many somebody gets who wants to take part in a certain way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time, timedelta


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One reminder of one kind of thing: so many calendar days before, at the same wall time or at ``at``.

    ``asks`` for an answer; ``chased`` follows up when none comes. ``booked_ahead``: only where the time was agreed
    longer ahead than this. ``unless``: not for those who want to take part in one of these ways (B7.9).
    """

    name: str
    days_before: int
    at: time | None = None
    asks: bool = False
    chased: bool = False
    booked_ahead: timedelta = timedelta()
    unless: tuple[str, ...] = ()


NEXT_CONTACT = "next_contact"
CONTRACT_REVIEW = "contract_review"

REVIEW_AT = time(10)
"""By the patient's clock: the day to look through what is agreed has no hour of its own."""

I_DECIDE, TOGETHER = "i_decide", "together"
"""How a patient wants to take part. Who has not said is asked and reminded as those who decide together with the care."""

EVENING_BEFORE = Rule(name="evening_before", days_before=1, at=time(18))

PLAN: dict[str, tuple[Rule, ...]] = {
    NEXT_CONTACT: (
        Rule(name="7_days", days_before=7, asks=True, booked_ahead=timedelta(days=14), unless=(I_DECIDE,)),
        Rule(name="48_hours", days_before=2, asks=True, chased=True),
        replace(EVENING_BEFORE, unless=(I_DECIDE, TOGETHER)),
    ),
    "dialysis_session": (EVENING_BEFORE,),
    "leaving_day": (EVENING_BEFORE,),
    CONTRACT_REVIEW: (Rule(name="30_days", days_before=30), Rule(name="7_days", days_before=7)),
}
"""The reminders of each kind of thing, the earliest first."""


def rule_of(kind: str, name: str) -> Rule:
    return next(rule for rule in PLAN[kind] if rule.name == name)


def rules_of(kind: str, decides: str) -> tuple[Rule, ...]:
    """The reminders of this kind of thing for somebody who wants to take part like this: a wish changes their number, never
    the question that is followed up."""
    return tuple(rule for rule in PLAN[kind] if decides not in rule.unless)
