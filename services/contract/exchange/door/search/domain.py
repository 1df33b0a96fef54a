"""Reads the parameters of a search. What is not understood is refused, because a filter left out shows too much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.contract.units.domain import HOME_ZONE
from shared.i18n import Lazy, _l

USUAL, MOST = 50, 200
CONTROL = ("_count", "_cursor", "_format", "_pretty")

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "Patient": (),
    "Practitioner": (),
    "PractitionerRole": ("practitioner", "organization"),
    "Organization": (),
    "RelatedPerson": ("patient",),
    "CareTeam": ("patient", "status"),
    "CarePlan": ("patient", "status", "date"),
    "Goal": ("patient", "lifecycle-status"),
    "Appointment": ("patient", "status", "date"),
}
"""What each type can be searched by, besides ``_id`` and ``_lastUpdated``. Nothing that would put a person's name or
number into an address."""

EVERYWHERE = ("_id", "_lastUpdated")
REFERENCES = {"patient": "Patient", "practitioner": "Practitioner", "organization": "Organization"}
STATUSES = ("status", "lifecycle-status")
DATES = ("date", "_lastUpdated")

WHEN = re.compile(
    r"^(eq|ne|gt|lt|ge|le)?(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?)?)?$"
)
ID = re.compile(r"^[A-Za-z0-9.-]{1,64}$")

UNKNOWN = _l("This type can't be searched by that.")
NO_DATE = _l("Write a date as 2026-11-27, with eq, ne, gt, lt, ge or le before it if you like.")
NO_ID = _l("This is no id of ours.")
NO_COUNT = _l("Ask for 1 to 200.")
TWICE = _l("This may be asked for once.")


@dataclass(frozen=True)
class When:
    """A comparison with the stretch of time ``[starts, ends)`` that a date in a search means."""

    prefix: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Asked:
    """A search. Sets are alternatives, None where nothing was asked; all the rest must hold together."""

    ids: frozenset[str] | None = None
    references: tuple[tuple[str, frozenset[str]], ...] = ()
    statuses: frozenset[str] | None = None
    dates: tuple[When, ...] = ()
    updated: tuple[When, ...] = ()
    count: int = USUAL
    after: str | None = None

    def refers(self, name: str) -> frozenset[str] | None:
        return dict(self.references).get(name)


class BadSearch(Exception):
    """A parameter can't be used; ``text`` says why."""

    def __init__(self, parameter: str, text: Lazy) -> None:
        super().__init__("bad search")
        self.parameter, self.text = parameter, text


def asked(kind: str, given: Iterable[tuple[str, str]], after: str | None) -> Asked:
    """The search in these parameters. Raises ``BadSearch`` for the first that can't be used."""
    found: dict[str, list[str]] = {}
    for name, value in given:
        if name not in (*EVERYWHERE, *CONTROL, *PARAMETERS[kind]):
            raise BadSearch(name, UNKNOWN)
        found.setdefault(name, []).append(value)
    for name, values in found.items():
        if len(values) > 1 and name not in DATES:
            raise BadSearch(name, TWICE)
    said = {name: values[0] for name, values in found.items()}
    return Asked(
        ids=_ids("_id", said["_id"]) if "_id" in said else None,
        references=tuple((name, _pointed(name, said[name])) for name in REFERENCES if name in said),
        statuses=next((frozenset(said[name].split(",")) for name in STATUSES if name in said), None),
        dates=tuple(_when("date", value) for value in found.get("date", ())),
        updated=tuple(_when("_lastUpdated", value) for value in found.get("_lastUpdated", ())),
        count=_count(said.get("_count", str(USUAL))),
        after=after,
    )


def holds(when: When, starts: datetime | None, ends: datetime | None) -> bool:
    """Whether something that lasts from ``starts`` to ``ends`` (None: open) compares so, as R4 defines it."""
    lo, hi = starts or datetime.min.replace(tzinfo=UTC), ends or datetime.max.replace(tzinfo=UTC)
    inside = when.starts <= lo < when.ends and hi <= when.ends
    return {
        "eq": inside,
        "ne": not inside,
        "gt": hi >= when.ends,
        "ge": hi >= when.starts,
        "lt": lo < when.starts,
        "le": lo < when.ends,
    }[when.prefix]


def _ids(name: str, value: str) -> frozenset[str]:
    ids = frozenset(value.split(","))
    if not all(map(ID.match, ids)):
        raise BadSearch(name, NO_ID)
    return ids


def _pointed(name: str, value: str) -> frozenset[str]:
    """Ids with or without their type before them."""
    return _ids(name, ",".join(one.removeprefix(f"{REFERENCES[name]}/") for one in value.split(",")))


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= MOST:
        raise BadSearch("_count", NO_COUNT)
    return int(value)


def _when(name: str, value: str) -> When:
    told = WHEN.match(value.replace(" ", "+"))
    if told is None:
        raise BadSearch(name, NO_DATE)
    prefix, year, month, day, clock, seconds, offset = told.groups()
    try:
        starts, lasts = _stretch((year, month, day), clock and f"{clock}:{seconds or '00'}{offset}", seconds)
        return When(prefix or "eq", starts, starts + lasts)
    except (ValueError, OverflowError):
        raise BadSearch(name, NO_DATE) from None


def _stretch(
    day: tuple[str, str | None, str | None], clock: str | None, seconds: str | None
) -> tuple[datetime, timedelta]:
    """When it begins and how long it lasts; a day is one of the house's own zone."""
    year, month, date = int(day[0]), int(day[1] or 1), int(day[2] or 1)
    if clock is not None:
        written = f"{year:04}-{month:02}-{date:02}T{clock.replace('Z', '+00:00')}"
        return datetime.fromisoformat(written), timedelta(seconds=1 if seconds else 60)
    starts = datetime.combine(datetime(year, month, date).date(), time(), ZoneInfo(HOME_ZONE))  # noqa: DTZ001
    if day[2] is not None:
        return starts.astimezone(UTC), (starts + timedelta(days=1)).astimezone(UTC) - starts.astimezone(UTC)
    following = starts.replace(year=year + (day[1] is None or month == 12), month=month % 12 + 1 if day[1] else 1)
    return starts.astimezone(UTC), following.astimezone(UTC) - starts.astimezone(UTC)
