"""What the form about one commitment may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.schemas import CHOOSE, LONGEST_ITEM, Words
from services.contract.agreement.told.domain import WAYS
from shared.web.forms import Day, at_most


class KeptForm(Schema):
    """How it went, on which day; words are welcome and never needed."""

    kept = fields.String(required=True, validate=validate.OneOf(list(Kept), error=CHOOSE))
    on_day = Day(required=True)
    words = Words(load_default="", validate=at_most(LONGEST_ITEM))
    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))
