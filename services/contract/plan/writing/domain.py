"""What is said of an activity when it is written by hand, and what can't be so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from services.contract.plan.domain import Party
from shared.i18n import Lazy, _l


class Kind(StrEnum):
    """What an activity is."""

    VISIT = "visit"
    TEST = "test"
    MEDICINE = "medicine"
    TRAINING = "training"
    SELF_CARE = "self_care"
    SOCIAL_SERVICE = "social_service"
    SCHOOL = "school"
    PEER = "peer"
    OTHER = "other"


KINDS: dict[str, Lazy] = {
    Kind.VISIT: _l("Visit"),
    Kind.TEST: _l("Test"),
    Kind.MEDICINE: _l("Medicines"),
    Kind.TRAINING: _l("Training"),
    Kind.SELF_CARE: _l("What I do myself"),
    Kind.SOCIAL_SERVICE: _l("Social services"),
    Kind.SCHOOL: _l("School"),
    Kind.PEER: _l("Somebody with experience of their own"),
    Kind.OTHER: _l("Something else"),
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is said of an activity: its day (or first and last day), its time and length on the patient's own clock, who
    is responsible and how the patient reaches them, the goal it serves."""

    title: str
    party: Party
    kind: Kind = Kind.OTHER
    responsible: str = ""
    reach: str = ""
    goal_id: str = ""
    on_date: date | None = None
    until: date | None = None
    clock: time | None = None
    minutes: int | None = None
    place: str = ""


def wrong(draft: Draft) -> Iterator[tuple[str, Lazy]]:
    """What can't be so, by field."""
    if draft.until and (draft.on_date is None or draft.until < draft.on_date):
        yield "until", _l("The last day comes before the first one.")
    if draft.clock and (draft.on_date is None or draft.until):
        yield "clock", _l("A time needs one day. Leave the last day empty.")
    if draft.minutes and not draft.clock:
        yield "clock", _l("Write when it begins.")
