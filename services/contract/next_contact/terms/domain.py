"""The ways to agree on a next contact, each with its end, and what is wrong with one that has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.contract.next_contact.domain import Kind, Way
from shared.i18n import Lazy, _l


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class DayPart(StrEnum):
    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How the next contact comes about. ``latest`` is the end that every kind but a set time has: the last day of the
    window, the safety day on which the care makes contact anyway, the day that is kept if nothing has happened.
    ``weekdays`` and ``day_parts`` are what suits best, never a rule; ``minutes`` is how long a set time takes, None: as
    long as before."""

    kind: Kind
    way: Way
    earliest: date | None = None
    latest: date | None = None
    weekdays: tuple[str, ...] = ()
    day_parts: tuple[str, ...] = ()
    event: str = ""
    minutes: int | None = None


NO_END = _l("Write the last day, so that nobody is left waiting.")


def wrong(terms: Terms, today: date) -> Iterator[tuple[str, Lazy]]:
    """What is wrong with the terms, by field; ``today`` where the patient lives."""
    if terms.kind is Kind.EXACT:
        return
    if terms.latest is None:
        yield "latest", NO_END
    elif terms.latest <= today:
        yield "latest", _l("Choose a day that has not been yet.")
    elif terms.earliest is not None and terms.earliest > terms.latest:
        yield "latest", _l("The last day comes before the first one.")
    if terms.kind is Kind.WINDOW and terms.earliest is None:
        yield "earliest", _l("Write the first day.")
    if terms.kind is Kind.ON_EVENT and not terms.event:
        yield "event", _l("Write what must have happened first.")


def to_json(terms: Terms) -> dict[str, Any]:
    days = {"earliest": terms.earliest, "latest": terms.latest}
    return asdict(terms) | {name: day.isoformat() if day else None for name, day in days.items()}


def from_json(data: Mapping[str, Any]) -> Terms:
    days = {name: date.fromisoformat(data[name]) if data[name] else None for name in ("earliest", "latest")}
    return Terms(
        kind=Kind(data["kind"]),
        way=Way(data["way"]),
        weekdays=tuple(data["weekdays"]),
        day_parts=tuple(data["day_parts"]),
        event=data["event"],
        minutes=data.get("minutes"),
        **days,
    )


def same_step(one: Terms, other: Terms) -> bool:
    """Whether both tell the same kind and window: what a contract's version says of its next step."""
    return (one.kind, one.earliest, one.latest, one.event) == (other.kind, other.earliest, other.latest, other.event)
