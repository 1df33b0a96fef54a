"""How a unit is reached at an instant. No page says "today" when nobody reads before Monday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from shared.events import UnitChanged
from shared.time import calendar_of, duty_calendar_of, zone_of

CALL_WITHIN = timedelta(hours=2)
"""How soon a person rings somebody who asks to come in, while anybody is on duty."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """One unit at one instant. ``on_duty``: its own people or its duty line answer now; else ``number`` is the one that
    is always answered. ``read_from`` is when somebody reads next: None when they do now, or it can't be said."""

    name: str | None
    number: str
    on_duty: bool
    read_from: datetime | None
    zone: str

    @property
    def tz(self) -> tzinfo:
        return zone_of(self.zone)


def reach(unit: UnitChanged, at: datetime) -> Reach:
    """The unit's telephone in its hours, then its duty line, and outside both the number that is always answered.

    A unit whose name tells too much has none here.
    """
    hours, duty = calendar_of(unit), duty_calendar_of(unit)
    name = None if unit.neutral else unit.name
    if hours.is_open(at):
        return Reach(name=name, number=unit.phone, on_duty=True, read_from=None, zone=unit.zone)
    reads = hours.next_open(at)
    if unit.duty_line and duty.is_open(at):
        return Reach(name=name, number=unit.duty_line, on_duty=True, read_from=reads, zone=unit.zone)
    return Reach(name=name, number=unit.floor_number, on_duty=False, read_from=reads, zone=unit.zone)


def called_before(unit: UnitChanged, at: datetime) -> datetime | None:
    """Until when a person will have rung somebody who asked at ``at``; None when nobody is on duty then."""
    on_duty = calendar_of(unit).is_open(at) or (unit.duty_line and duty_calendar_of(unit).is_open(at))
    return at + CALL_WITHIN if on_duty else None
