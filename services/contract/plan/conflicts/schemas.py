"""What the form about "not these times" may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.plan.schemas import LONGEST_WORDS
from shared.web.forms import ClockTime, Day, at_most


class NotThenForm(Schema):
    """A weekday, or a first and a last day; between two times, or all day."""

    weekday = fields.Integer(load_default=None, validate=validate.Range(1, 7))
    starts_on = Day(load_default=None)
    ends_on = Day(load_default=None)
    opens = ClockTime(load_default=None)
    closes = ClockTime(load_default=None)
    words = fields.String(load_default="", validate=at_most(LONGEST_WORDS))
