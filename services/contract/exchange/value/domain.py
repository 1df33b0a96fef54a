"""Reads one value at a time. What can't be used is None, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers

from services.contract.people.domain import LONGEST_NAME, is_email, tidy_name
from services.contract.units.domain import HOME_ZONE
from shared.phone import telephone

LONGEST_TEXT = 2000
PARTIAL_DAY = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
TIMEZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
WEEKDAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


@dataclass(frozen=True)
class Code:
    """A code in its system; both empty where the record has words only."""

    system: str
    code: str


UNCODED = Code("", "")
SNOMED = "http://snomed.info/sct"


def text(raw: Any, longest: int = LONGEST_TEXT) -> str:
    """One line without invisible signs; nothing for what is no text."""
    return tidy_name(raw)[:longest] if isinstance(raw, str) else ""


def name(raw: Any) -> str:
    return text(raw, LONGEST_NAME)


def day(raw: Any) -> date | None:
    """A day, or the first day of the month or year that is told; None when the calendar has no such day."""
    told = PARTIAL_DAY.match(str(raw or "")[:10])
    if not told:
        return None
    try:
        return date(int(told[1]), int(told[2] or 1), int(told[3] or 1))
    except ValueError:
        return None


def instant(raw: Any) -> datetime | None:
    """An instant; a day alone counts from its start in UTC, which is only good enough to order by."""
    if not isinstance(raw, str):
        return None
    if "T" not in raw:
        only_day = day(raw)
        return datetime.combine(only_day, time(), UTC) if only_day else None
    try:
        found = datetime.fromisoformat(raw)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def clock(raw: Any) -> time | None:
    try:
        return time.fromisoformat(raw).replace(second=0, microsecond=0)
    except (TypeError, ValueError):
        return None


def phone(raw: Any, country: str = "SE") -> str | None:
    """A number that can be called, as +46…; None for one that no network has."""
    region = country.upper() if country.upper() in phonenumbers.SUPPORTED_REGIONS else "SE"
    return telephone(str(raw or ""), region)


def email(raw: Any) -> str | None:
    """An address that can stand in a mail's header as it is."""
    written = raw.strip() if isinstance(raw, str) else ""
    return written if is_email(written) else None


def country_of(resource: Mapping[str, Any]) -> str:
    """The two letters of the first address that tells its country, else Sweden."""
    told = (address.get("country") for address in resource.get("address", []))
    return next((text(code) for code in told if code and len(text(code)) == 2), "SE")


def telecoms(resource: Mapping[str, Any], system: str) -> list[str]:
    """The values of one kind, those in use, mobile first and then by the sender's own rank."""
    found = [t for t in resource.get("telecom", []) if t.get("system") == system and t.get("value")]
    current = [t for t in found if t.get("use") != "old"]
    current.sort(key=lambda t: (t.get("rank", 1000), t.get("use") != "mobile"))
    return [t["value"] for t in current]


def code_of(concept: Mapping[str, Any] | None) -> Code:
    """The first code that tells its system."""
    for coding in (concept or {}).get("coding", []):
        if coding.get("system") and coding.get("code"):
            return Code(coding["system"], coding["code"])
    return UNCODED


def codes_of(concepts: Iterable[Mapping[str, Any]]) -> set[Code]:
    every = (coding for concept in concepts for coding in concept.get("coding", []))
    return {Code(coding.get("system", ""), coding["code"]) for coding in every if coding.get("code")}


def words_of(concept: Mapping[str, Any] | None) -> str:
    """What a concept is called: its own words, else the display of its first code that has one, else the code."""
    concept = concept or {}
    codings = concept.get("coding", [])
    shown = [concept.get("text"), *(c.get("display") for c in codings), *(c.get("code") for c in codings)]
    return next((text(words) for words in shown if words), "")


def extension(resource: Mapping[str, Any], url: str, field: str) -> Any:
    """The value of the first extension with this address, None without one."""
    return next((e.get(field) for e in resource.get("extension", []) if e.get("url") == url), None)


def zone(resource: Mapping[str, Any]) -> str:
    """The time zone told, if there is such a one, else ours."""
    told = extension(resource, TIMEZONE, "valueCode")
    return told if told in _zones() else HOME_ZONE


@cache
def _zones() -> frozenset[str]:
    """Looked up once: the library reads its folder each time."""
    return frozenset(available_timezones())


def period(resource: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The instants between which something holds."""
    told = resource.get("period", {})
    return instant(told.get("start")), instant(told.get("end"))
