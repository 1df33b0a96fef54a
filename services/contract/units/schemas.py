"""What the unit's form may say."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields

from services.contract.units.domain import LONGEST_NAME, WEEKDAYS, read_days, read_hours
from shared.events import OpenHours
from shared.i18n import _l
from shared.phone import telephone
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


HoursForm = Schema.from_dict({f"{kind}_{day}": DayHours(day) for kind in ("open", "duty") for day in WEEKDAYS})
"""When people work (``open_0`` is Monday) and when the duty line is answered (``duty_0``)."""
