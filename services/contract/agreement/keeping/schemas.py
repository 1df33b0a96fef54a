"""What the form about one commitment may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.schemas import CHOOSE, LONGEST_ITEM, Words
from services.contract.agreement.told.domain import WAYS
from shared.web.api.schemas import Body, Instant
from shared.web.api.schemas import Day as DayOf
from shared.web.forms import Day, at_most


class KeptForm(Schema):
    """How it went, on which day; words are welcome and never needed."""

    kept = fields.String(required=True, validate=validate.OneOf(list(Kept), error=CHOOSE))
    on_day = Day(required=True)
    words = Words(load_default="", validate=at_most(LONGEST_ITEM))
    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))


class KeptBody(Body):
    """How a commitment went on a day: kept, partly, not_this_time. ``how`` is for staff who write down what was told."""

    item_id = fields.String(required=True, validate=at_most(36))
    kept = fields.String(required=True, validate=validate.OneOf(list(Kept), error=CHOOSE))
    on_day = DayOf(required=True)
    words = Words(required=True, validate=at_most(LONGEST_ITEM))
    how = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(WAYS), error=CHOOSE))


class KeptJson(KeptBody):
    """One note; ``commitment`` is what stood there then, ``who`` made it: patient, family or care."""

    id = fields.Integer(required=True, strict=True)
    who = fields.String(required=True)
    commitment = fields.String(required=True)
    how = fields.String(required=True)
    by = fields.UUID(required=True)
    at = Instant(required=True)
