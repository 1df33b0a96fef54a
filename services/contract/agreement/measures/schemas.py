"""A measure as JSON."""

from __future__ import annotations

from marshmallow import fields

from shared.web.api.schemas import Body


class MeasureJson(Body):
    """A measure of one unit with its definition in words. A count that is too small to show is null, and so is its share
    (from 0 to 1; of minutes the mean)."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    counted = fields.String(required=True)
    of_what = fields.String(required=True)
    numerator = fields.Integer(required=True, strict=True, allow_none=True)
    denominator = fields.Integer(required=True, strict=True, allow_none=True)
    share = fields.Float(required=True, allow_none=True)
