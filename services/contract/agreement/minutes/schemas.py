"""What the form of time spent may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.i18n import _l
from shared.web.forms import Day

A_DAY = 24 * 60


class MinutesForm(Schema):
    """Whole minutes on a day."""

    minutes = fields.Integer(
        required=True, validate=validate.Range(-A_DAY, A_DAY, error=_l("Write at most 1440 minutes, which is a day."))
    )
    on_day = Day(required=True)
