"""The days on which the care is told that a next contact needs somebody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.contract.next_contact.domain import Kind

CLOSING = timedelta(days=14)
"""How long before its last day a window without a time is told."""

DAY_AFTER = timedelta(days=1)


class Alarm(StrEnum):
    """What is told, and once each."""

    WINDOW_CLOSING = "window_closing"
    SAFETY_DAY = "safety_day"
    WINDOW_PASSED = "window_passed"
    TIME_PASSED = "time_passed"


PRIORITY = {
    Alarm.WINDOW_CLOSING: "routine",
    Alarm.SAFETY_DAY: "routine",
    Alarm.WINDOW_PASSED: "soon",
    Alarm.TIME_PASSED: "routine",
}


def alarms(kind: Kind, latest: date | None, *, local: datetime | None, held: bool) -> list[tuple[date, Alarm]]:
    """The days to tell, in order. ``local`` is the time that stands or waits for a yes, and ``held`` whether both rely on
    it: then no window is watched, only that the time is not left behind unnoted."""
    found = [(local.date() + DAY_AFTER, Alarm.TIME_PASSED)] if local else []
    if latest is not None and not held:
        near = Alarm.SAFETY_DAY if kind is Kind.PATIENT_INITIATED else Alarm.WINDOW_CLOSING
        found += [(latest - CLOSING, near), (latest + DAY_AFTER, Alarm.WINDOW_PASSED)]
    return sorted(found)


def passed_on(*, starts: datetime | None, suggested: datetime | None, latest: date | None) -> date | None:
    """The first day on which it lies behind: after the time that stands, else after the last day of its window, else after
    the time that was suggested. None where there is nothing to come."""
    last = starts.date() if starts else latest or (suggested.date() if suggested else None)
    return last + DAY_AFTER if last else None


def next_alarm(found: Collection[tuple[date, Alarm]], told: Collection[str]) -> tuple[date, Alarm] | None:
    """The first that has not been told."""
    return next((one for one in found if one[1] not in told), None)
