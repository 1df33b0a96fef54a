"""What the form of preparing may say; all of it may be left empty."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.schemas import CHOOSE, LONGEST_ITEM, LONGEST_TEXT, Words
from services.contract.agreement.told.domain import WAYS
from shared.web.forms import at_most


class PrepareForm(Schema):
    """Questions, company and expectations, and the version that was on the page."""

    questions = Words(load_default="", validate=at_most(LONGEST_TEXT))
    comes_with = Words(load_default="", validate=at_most(LONGEST_ITEM))
    expects = Words(load_default="", validate=at_most(LONGEST_TEXT))
    seen = fields.Integer(load_default=0)
    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))
