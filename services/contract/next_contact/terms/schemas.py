"""What the forms about how to meet may say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import fields

from services.contract.next_contact.domain import Kind, Way
from services.contract.next_contact.schemas import CHOOSE, LENGTH, LONGEST, Seen
from services.contract.next_contact.terms.domain import DayPart, Terms, Weekday
from shared.web.api.schemas import Body, Wall
from shared.web.api.schemas import Day as JsonDay
from shared.web.forms import ClockTime, Day, at_most


class TermsForm(Seen):
    """One way to meet. Which fields count, and which must be filled in, depends on the kind."""

    day = Day(load_default=None)
    clock = ClockTime(load_default=None)
    minutes = fields.Integer(load_default=None, validate=LENGTH)
    way = fields.Enum(Way, by_value=True, load_default=Way.VISIT, error_messages={"unknown": CHOOSE})
    earliest = Day(load_default=None)
    latest = Day(load_default=None)
    weekdays = fields.List(fields.Enum(Weekday, by_value=True, error_messages={"unknown": CHOOSE}), load_default=list)
    day_parts = fields.List(fields.Enum(DayPart, by_value=True, error_messages={"unknown": CHOOSE}), load_default=list)
    event = fields.String(load_default="", validate=at_most(LONGEST))


class TermsBody(Body):
    """One way to meet: ``latest`` for every kind but ``exact``, which has ``local``, a time on the patient's own
    clock, and ``minutes``."""

    kind = fields.Enum(Kind, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    way = fields.Enum(Way, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    local = Wall(load_default=None, allow_none=True)
    minutes = fields.Integer(load_default=None, allow_none=True, strict=True, validate=LENGTH)
    earliest = JsonDay(load_default=None, allow_none=True)
    latest = JsonDay(load_default=None, allow_none=True)
    weekdays = fields.List(fields.Enum(Weekday, by_value=True, error_messages={"unknown": CHOOSE}), load_default=list)
    day_parts = fields.List(fields.Enum(DayPart, by_value=True, error_messages={"unknown": CHOOSE}), load_default=list)
    event = fields.String(load_default="", validate=at_most(LONGEST))


def terms_from(kind: Kind, data: dict[str, Any]) -> tuple[Terms, datetime | None]:
    """The terms of this kind in what was filled in, and the time where one was."""
    local = datetime.combine(data["day"], data["clock"]) if data["day"] and data["clock"] else None
    if kind is Kind.EXACT:
        return Terms(kind=kind, way=data["way"], minutes=data["minutes"]), local
    terms = Terms(
        kind=kind,
        way=data["way"],
        earliest=data["earliest"] if kind is Kind.WINDOW else None,
        latest=data["latest"],
        weekdays=tuple(data["weekdays"]),
        day_parts=tuple(data["day_parts"]),
        event=data["event"] if kind is Kind.ON_EVENT else "",
    )
    return terms, None


def terms_in(data: dict[str, Any]) -> tuple[Terms, datetime | None]:
    """The same in a body."""
    local = data["local"]
    day, clock = (local.date(), local.time()) if local else (None, None)
    return terms_from(data["kind"], {**data, "day": day, "clock": clock})
