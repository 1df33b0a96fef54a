"""What the unit's form may say, and how a unit is sent and shown as JSON."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.contract.units.domain import BREAK_GLASS_MINUTES, LONGEST_NAME, WEEKDAYS, read_days, read_hours
from shared.events import OpenHours
from shared.i18n import _l
from shared.phone import telephone
from shared.web.api.schemas import Body, Clock, Day
from shared.web.forms import at_most

NO_FLOOR = _l("Write the number that is always answered. Without it no agreement can start here.")
NO_NUMBER = _l("No network has this phone number. Check the digits.")


class Number(fields.String):
    """A telephone number that exists."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = str(super()._deserialize(value, attr, data, **kwargs))
        if telephone(written) is None:
            raise ValidationError(NO_NUMBER)
        return written


class DayHours(fields.Field[tuple[OpenHours, ...]]):
    """The hours of one weekday as people write them."""

    def __init__(self, weekday: int) -> None:
        super().__init__(load_default=())
        self.weekday = weekday

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[OpenHours, ...]:
        try:
            return read_hours(self.weekday, str(value))
        except ValueError:
            raise ValidationError(_l("Write hours like 07.30–16.30, or 07.30–12.00, 13.00–16.30.")) from None


class Days(fields.Field[tuple[date, ...]]):
    """Dates on lines of their own, or between commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[date, ...]:
        try:
            return read_days(str(value))
        except ValueError:
            raise ValidationError(_l("Write dates like 2026-12-24, one on each line.")) from None


class UnitForm(Schema):
    """Everything about a unit except its hours."""

    name = fields.String(required=True, validate=at_most(LONGEST_NAME))
    phone = Number(load_default="")
    floor_number = Number(required=True, error_messages={"required": NO_FLOOR})
    duty_line = Number(load_default=None)
    head_id = fields.UUID(load_default=None)
    closed_on_holidays = fields.Boolean(load_default=False)
    extra_closed = Days(load_default=())
    neutral = fields.Boolean(load_default=False)
    sensitive = fields.Boolean(load_default=False)


class OwnForm(Schema):
    """What only contract needs to know: what is enough for one named contact here and how long an emergency lasts (left out,
    each stays), and whether patients sign in by a code."""

    code_by_mail = fields.Boolean(load_default=False)

    contact_limit = fields.Integer(
        load_default=None, validate=validate.Range(1, 1000, error=_l("Write a number from {min} to {max}."))
    )
    break_glass_minutes = fields.Integer(
        load_default=None,
        validate=validate.Range(1, BREAK_GLASS_MINUTES, error=_l("Write a number from {min} to {max}.")),
    )


HoursForm = Schema.from_dict({f"{kind}_{day}": DayHours(day) for kind in ("open", "duty") for day in WEEKDAYS})
"""When people work (``open_0`` is Monday) and when the duty line is answered (``duty_0``)."""


class Stretch(Body):
    """Hours of one weekday (0 is Monday); ``closes`` 00:00 is the end of the day."""

    weekday = fields.Integer(required=True, strict=True, validate=validate.OneOf(WEEKDAYS, error=_l("Send 0 to 6.")))
    opens = Clock(required=True)
    closes = Clock(required=True)


class UnitBody(Body):
    """A unit as it is to be, all of it."""

    name = fields.String(required=True, validate=at_most(LONGEST_NAME))
    zone = fields.String(required=True, metadata={"description": "IANA time zone.", "example": "Europe/Stockholm"})
    phone = fields.String(required=True)
    floor_number = Number(required=True, metadata={"description": "Always answered, at any hour."})
    duty_line = Number(required=True, allow_none=True)
    head_id = fields.UUID(required=True, allow_none=True)
    hours = fields.List(fields.Nested(Stretch), required=True, validate=validate.Length(max=70))
    duty_hours = fields.List(fields.Nested(Stretch), required=True, validate=validate.Length(max=70))
    closed_on_holidays = fields.Boolean(required=True)
    extra_closed = fields.List(Day(), required=True, validate=validate.Length(max=400))
    neutral = fields.Boolean(required=True, metadata={"description": "The name tells what is treated: never send it."})
    sensitive = fields.Boolean(
        required=True,
        metadata={"description": "Other units' staff see nothing of it unless the patient says so. Then neutral too."},
    )
    break_glass_minutes = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, BREAK_GLASS_MINUTES, error=_l("Write a number from {min} to {max}.")),
        metadata={"description": "How long its staff may read a patient's pages in an emergency."},
    )

    @post_load
    def as_facts(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        if data["phone"] and telephone(data["phone"]) is None:
            raise ValidationError({"phone": [NO_NUMBER]})
        week = {name: _week(name, data[name]) for name in ("hours", "duty_hours")}
        return {**data, **week, "extra_closed": tuple(sorted(set(data["extra_closed"])))}


class UnitJson(UnitBody):
    """A unit."""

    unit_id = fields.UUID(required=True)


def _week(name: str, sent: list[dict[str, Any]]) -> tuple[OpenHours, ...]:
    """The stretches by the same rules as on the page."""
    days: dict[int, list[dict[str, time]]] = defaultdict(list)
    for one in sorted(sent, key=lambda one: (one["weekday"], one["opens"])):
        days[one["weekday"]].append(one)
    try:
        return tuple(hours for day in sorted(days) for hours in read_hours(day, _written(days[day])))
    except ValueError:
        raise ValidationError({name: [_l("Hours close after they open, and never overlap.")]}) from None


def _written(stretches: list[dict[str, time]]) -> str:
    ends = ("24.00" if one["closes"] == time() else f"{one['closes']:%H.%M}" for one in stretches)
    return ", ".join(f"{one['opens']:%H.%M}-{end}" for one, end in zip(stretches, ends, strict=True))
