"""What the form of taking part may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.engagement.domain import DECIDING, Doing, Knowing
from services.contract.agreement.schemas import CHOOSE
from services.contract.agreement.told.domain import WAYS


class PreferenceForm(Schema):
    """The three answers, and the mark of what stood in the agreement."""

    decides = fields.String(required=True, validate=validate.OneOf(DECIDING, error=CHOOSE))
    doing = fields.String(required=True, validate=validate.OneOf(list(Doing), error=CHOOSE))
    knowing = fields.String(required=True, validate=validate.OneOf(list(Knowing), error=CHOOSE))
    before = fields.String(load_default="")
    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))
