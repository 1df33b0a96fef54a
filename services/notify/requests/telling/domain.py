"""When staff are told of what is not urgent: together, twice a working day, never one message per request."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from shared.time import WorkingCalendar, to_instant, to_local

DIGESTS = (time(8), time(13))
"""By the clock on the unit's wall. A unit that opens later than one of them is told when it opens."""

_HORIZON = 400
"""Days to look ahead: longer than any unit is closed."""


def next_digest(at: datetime, calendar: WorkingCalendar) -> datetime:
    """The next time after ``at`` at which staff are told: on working days, or every day where the unit never opens."""
    today = to_local(at, calendar.zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(_HORIZON)):
        for clock in DIGESTS:
            wanted = to_instant(datetime.combine(day, clock), calendar.zone)
            told = calendar.next_open(wanted) or wanted
            if told > at and to_local(told, calendar.zone).date() == day:
                return told
    return at + timedelta(days=1)
