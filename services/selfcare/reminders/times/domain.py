"""What is coming for a patient, and the calendar file that says no more than when.

The file is RFC 5545 text: instants in UTC, so that every calendar shows the same moment whatever it knows of zones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from shared.time import zone_of

LONGEST_LINE = 75
"""Octets of one line of a calendar file (RFC 5545 section 3.1)."""


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One thing at a time. ``ends_at`` None: nobody has said how long it takes."""

    kind: str
    id: UUID
    version: int
    unit_id: UUID
    starts_at: datetime
    ends_at: datetime | None
    zone: str

    @property
    def tz(self) -> tzinfo:
        return zone_of(self.zone)

    @property
    def over_at(self) -> datetime:
        return self.ends_at or self.starts_at


def calendar_file(coming: Sequence[Coming], title: str, at: datetime) -> str:
    """A calendar of these times, written at ``at``. ``title`` is the same neutral word for all of them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Samkontrakt//Times//EN"]
    for one in coming:
        lines += _event(one, title, at)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(one: Coming, title: str, at: datetime) -> Iterable[str]:
    end = [f"DTEND:{_utc(one.ends_at)}"] if one.ends_at else []
    return [
        "BEGIN:VEVENT",
        f"UID:{one.id}@samkontrakt",
        f"DTSTAMP:{_utc(at)}",
        f"SEQUENCE:{one.version}",
        f"DTSTART:{_utc(one.starts_at)}",
        *end,
        f"SUMMARY:{_text(title)}",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never inside a character; a piece after the first begins with a space."""
    piece = ""
    for sign in line:
        if len((piece + sign).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += sign
    yield piece
