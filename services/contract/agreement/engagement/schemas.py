"""What the form of taking part may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.engagement.domain import DECIDING, Doing, Knowing
from services.contract.agreement.schemas import CHOOSE, LONGEST_MARK
from services.contract.agreement.told.domain import WAYS
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most


class PreferenceForm(Schema):
    """The three answers, and the mark of what stood in the agreement."""

    decides = fields.String(required=True, validate=validate.OneOf(DECIDING, error=CHOOSE))
    doing = fields.String(required=True, validate=validate.OneOf(list(Doing), error=CHOOSE))
    knowing = fields.String(required=True, validate=validate.OneOf(list(Knowing), error=CHOOSE))
    before = fields.String(load_default="", validate=at_most(LONGEST_MARK))
    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))


class PreferenceBody(Body):
    """The three answers. ``how`` (spoken, paper) is for staff who write down what the patient told."""

    decides = fields.String(required=True, validate=validate.OneOf(DECIDING, error=CHOOSE))
    doing = fields.String(required=True, validate=validate.OneOf(list(Doing), error=CHOOSE))
    knowing = fields.String(required=True, validate=validate.OneOf(list(Knowing), error=CHOOSE))
    how = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(WAYS), error=CHOOSE))


class PreferenceJson(Body):
    """One answer, in force from ``at`` to the next. ``doing`` and ``knowing`` are null where only who decides was asked."""

    id = fields.Integer(required=True, strict=True)
    decides = fields.String(required=True)
    doing = fields.String(required=True, allow_none=True)
    knowing = fields.String(required=True, allow_none=True)
    how = fields.String(required=True)
    by = fields.UUID(required=True)
    at = Instant(required=True)
