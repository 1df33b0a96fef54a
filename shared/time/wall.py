"""Wall-clock time in a place, and the instant it means.

A promise to a person is stored as what their wall clock will show and where (naive local time and IANA zone); the
instant is derived. On the two days a year when that is not one-to-one the policy is never to skip: a time that does
not exist moves forward by as much as the clocks do (RFC 5545 section 3.3.5: the offset before the gap counts), and of
a time that comes twice the first is meant.

Only ``zoneinfo`` is used: ``dateutil.tz`` resolves the same gap an hour earlier.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NO_PLACES = ("right/", "posix", "localtime", "Factory")
"""What stands among the zones of a machine and is none: clocks that count leap seconds, and whatever that machine has."""


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ``ValueError`` for one that is not known."""
    if name.startswith(NO_PLACES):
        raise ValueError(f"{name!r} is no place's time zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a known time zone") from error


def to_instant(local: datetime, zone: str) -> datetime:
    """The instant, aware and in UTC, that the wall time ``local`` (naive) means in ``zone``."""
    if local.tzinfo is not None:
        raise ValueError("a wall time carries no zone of its own")
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def to_local(instant: datetime, zone: str) -> datetime:
    """The wall time (naive) that clocks in ``zone`` show at ``instant`` (aware).

    In the hour that comes twice both passes read the same, so ``to_instant`` takes either back to the first.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant must be aware")
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)
