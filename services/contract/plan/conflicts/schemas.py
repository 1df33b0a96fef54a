"""What the form about "not these times" may say, and how they and what was found are sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.plan.schemas import LONGEST_WORDS
from shared.i18n import _l
from shared.web.api import schemas as api
from shared.web.forms import ClockTime, Day, at_most


class NotThenForm(Schema):
    """A weekday, or a first and a last day; between two times, or all day."""

    weekday = fields.Integer(load_default=None, validate=validate.Range(1, 7))
    starts_on = Day(load_default=None)
    ends_on = Day(load_default=None)
    opens = ClockTime(load_default=None)
    closes = ClockTime(load_default=None)
    words = fields.String(load_default="", validate=at_most(LONGEST_WORDS))


class NotThenBody(api.Body):
    """When the patient can't come, on their own clock: every ``weekday`` (1 is Monday), or each day from ``starts_on`` to
    ``ends_on``; between two times, or all day."""

    weekday = fields.Integer(
        required=True,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 7, error=_l("Choose one from the list.")),
    )
    starts_on = api.Day(required=True, allow_none=True)
    ends_on = api.Day(required=True, allow_none=True)
    opens = api.Clock(required=True, allow_none=True)
    closes = api.Clock(required=True, allow_none=True)
    words = fields.String(required=True, validate=at_most(LONGEST_WORDS))


class NotThenJson(NotThenBody):
    """The same, as it stands."""

    not_then_id = fields.UUID(required=True)
    said_by = fields.UUID(required=True, allow_none=True)


class FindingJson(api.Body):
    """Something that can't go together: by which rule, and which activities or next contact it is about. What the asker
    isn't shown is told as ``null``: not available then."""

    rule = fields.String(required=True)
    about = fields.List(fields.String(allow_none=True), required=True)
    found_at = api.Instant(required=True)
