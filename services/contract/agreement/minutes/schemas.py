"""What the form of time spent may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.i18n import _l
from shared.web.api.schemas import Body, Instant
from shared.web.api.schemas import Day as DayOf
from shared.web.forms import Day

A_DAY = 24 * 60
AT_MOST = _l("Write at most 1440 minutes, which is a day.")


class MinutesForm(Schema):
    """Whole minutes on a day."""

    minutes = fields.Integer(required=True, validate=validate.Range(-A_DAY, A_DAY, error=AT_MOST))
    on_day = Day(required=True)


class MinutesBody(Body):
    """Whole minutes on a day; fewer than none take back what was noted wrongly."""

    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(-A_DAY, A_DAY, error=AT_MOST))
    on_day = DayOf(required=True)


class MinutesJson(MinutesBody):
    """One note of time spent."""

    id = fields.Integer(required=True, strict=True)
    by = fields.UUID(required=True)
    at = Instant(required=True)
