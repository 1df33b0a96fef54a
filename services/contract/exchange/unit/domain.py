"""The draft of a care unit: what would be stored, before anything is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.contract.exchange.bundle.domain import Entry
from services.contract.exchange.value import domain as value
from shared.events import OpenHours

OURS = "https://samkontrakt.example/fhir"
FLOOR_NUMBER, DUTY_LINE = f"{OURS}/floor-number", f"{OURS}/duty-line"
OPENING_HOURS, DUTY_HOURS, NEUTRAL = f"{OURS}/opening-hours", f"{OURS}/duty-hours", f"{OURS}/neutral"
"""What R4's Organization has no place for: the number that is always answered, the duty line, hours, neutrality."""


@dataclass(frozen=True)
class UnitDraft:
    name: str
    zone: str
    phone: str
    floor_number: str
    duty_line: str | None
    hours: tuple[OpenHours, ...]
    duty_hours: tuple[OpenHours, ...]
    neutral: bool


def unit(entry: Entry) -> UnitDraft:
    resource = entry.resource
    country = value.country_of(resource)
    numbers = [value.phone(raw, country) for raw in value.telecoms(resource, "phone")]
    return UnitDraft(
        name=value.name(resource.get("name")),
        zone=value.zone(resource),
        phone=next((number for number in numbers if number), ""),
        floor_number=value.phone(value.extension(resource, FLOOR_NUMBER, "valueString"), country) or "",
        duty_line=value.phone(value.extension(resource, DUTY_LINE, "valueString"), country),
        hours=_hours(resource, OPENING_HOURS),
        duty_hours=_hours(resource, DUTY_HOURS),
        neutral=bool(value.extension(resource, NEUTRAL, "valueBoolean")),
    )


def _hours(resource: Mapping[str, Any], url: str) -> tuple[OpenHours, ...]:
    told = (extension for extension in resource.get("extension", []) if extension.get("url") == url)
    found = (hours for extension in told for hours in _same_hours(extension.get("extension", [])))
    return tuple(sorted(found, key=lambda hours: (hours.weekday, hours.opens)))


def _same_hours(parts: list[Mapping[str, Any]]) -> Iterator[OpenHours]:
    """One pair of clock times for the days it is told for."""
    times = {part["url"]: value.clock(part.get("valueTime")) for part in parts if "valueTime" in part}
    opens, closes = times.get("opens"), times.get("closes")
    if opens is None or closes is None:
        return
    for part in parts:
        if part["url"] == "day" and part.get("valueCode") in value.WEEKDAYS:
            yield OpenHours(weekday=value.WEEKDAYS[part["valueCode"]], opens=opens, closes=closes)
