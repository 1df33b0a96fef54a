"""The copy for the record, and the mark that it stands there, as JSON."""

from __future__ import annotations

from marshmallow import fields, validate

from services.contract.agreement.review.schemas import LONGEST_REFERENCE
from shared.web.api.schemas import Body, Day
from shared.web.forms import at_most


class DocumentBody(Body):
    """The text that was shown, by its hash; since when, and under which reference, it stands in the record."""

    shown = fields.String(required=True, validate=validate.Length(max=100))
    on_day = Day(required=True)
    reference = fields.String(required=True, validate=at_most(LONGEST_REFERENCE))


class RecordJson(Body):
    """The version in force, and where it stands in the record; null: nobody has noted it."""

    version = fields.Integer(required=True, strict=True)
    shown = fields.String(required=True)
    on_day = Day(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    by = fields.UUID(required=True, allow_none=True)


class CopyJson(Body):
    """The text in force as a record takes it: plain, dated, without what the asker's unit is not shown."""

    version = fields.Integer(required=True, strict=True)
    shown = fields.String(required=True)
    text = fields.String(required=True)
