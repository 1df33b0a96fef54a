"""How long a pause may last: long enough to ask the patient alone, never for good."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shared.time import to_instant, to_local

LONGEST_PAUSE = timedelta(days=30)
LONGEST_REASON = 1000


def paused_until(last: date, zone: str, at: datetime) -> datetime | None:
    """The midnight after the pause's last day, where the patient lives; None for a day gone by or too far ahead."""
    first = to_local(at, zone).date()
    if not first <= last <= first + LONGEST_PAUSE:
        return None
    return to_instant(datetime.combine(last + timedelta(days=1), time()), zone)
