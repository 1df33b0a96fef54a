"""What makes a care unit reachable: telephone numbers that exist, hours that can be kept, a floor under everything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise
from uuid import UUID

from shared.events import OpenHours, StaffRole, UnitChanged
from shared.phone import telephone

HOME_ZONE = "Europe/Stockholm"
LONGEST_NAME = 200
CONTACT_LIMIT = 40
"""How many patients one named contact should have at most, until the unit says otherwise (own)."""
BREAK_GLASS_MINUTES = 60
"""How long somebody without a part in the care may read in an emergency, at most and until the unit says less."""
WEEKDAYS = range(7)
WORKDAYS = range(5)
STRETCH = re.compile(r"^(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})$")

DEFAULT_HOURS = tuple(OpenHours(weekday=day, opens=time(7, 30), closes=time(16, 30)) for day in WORKDAYS)


def has_floor(unit: UnitChanged) -> bool:
    """Whether the unit has a number that is always answered (K1). Without one no contract may become active there."""
    return telephone(unit.floor_number) is not None


def names_unit(text: str, names: Iterable[str]) -> bool:
    """Whether a text names a unit that is or was called this: as whole words anywhere in it, whatever the case, the spaces and
    the signs between them. Where a text could mean two units it means both: what it is about is for fewer eyes then."""
    said = f" {_plain(text)} "
    return any(f" {_plain(name)} " in said for name in names if _plain(name))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def run_by(roles: Iterable[StaffRole]) -> list[UUID]:
    """The units where somebody with these roles is an admin."""
    return sorted({role.unit_id for role in roles if role.role == "admin"})


def read_hours(weekday: int, text: str) -> tuple[OpenHours, ...]:
    """The stretches of one day as people write them: ``07.30–12.00, 13.00–16.30``; nothing written is closed.

    ``24.00`` is the end of the day. Raises ``ValueError`` for what is no time, runs backwards, or overlaps.
    """
    found = tuple(_stretch(weekday, part.strip()) for part in text.split(",") if part.strip())
    for earlier, later in pairwise(found):
        if earlier.closes == time() or earlier.closes > later.opens:
            raise ValueError("the stretches overlap")
    return found


def write_hours(hours: tuple[OpenHours, ...], weekday: int) -> str:
    """One day's stretches as ``read_hours`` reads them."""
    own = sorted((h for h in hours if h.weekday == weekday), key=lambda h: h.opens)
    return ", ".join(f"{h.opens:%H.%M}–{'24.00' if h.closes == time() else format(h.closes, '%H.%M')}" for h in own)


def plain_hours(hours: tuple[OpenHours, ...]) -> list[list[object]]:
    """Hours as they are stored: weekday, opens, closes."""
    return [[h.weekday, h.opens.isoformat("minutes"), h.closes.isoformat("minutes")] for h in hours]


def stored_hours(rows: list[list[object]]) -> tuple[OpenHours, ...]:
    """The other way."""
    return tuple(
        OpenHours(weekday=int(str(day)), opens=time.fromisoformat(str(opens)), closes=time.fromisoformat(str(closes)))
        for day, opens, closes in rows
    )


def read_days(text: str) -> tuple[date, ...]:
    """Dates in any separation, each once and in order. Raises ``ValueError`` for one the calendar does not have."""
    return tuple(sorted({date.fromisoformat(part) for part in re.split(r"[\s,;]+", text) if part}))


def _stretch(weekday: int, text: str) -> OpenHours:
    told = STRETCH.match(text)
    if told is None:
        raise ValueError("not a stretch of hours")
    opens = time(int(told[1]), int(told[2]))
    closes = time() if (told[3], told[4]) == ("24", "00") else time(int(told[3]), int(told[4]))
    if closes != time() and closes <= opens:
        raise ValueError("closes before it opens")
    return OpenHours(weekday=weekday, opens=opens, closes=closes)
