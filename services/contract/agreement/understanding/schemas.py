"""What the form of teach-back may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.schemas import CHOOSE, LONGEST_ITEM, Words
from services.contract.agreement.understanding.domain import Understood
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most


class TeachBackForm(Schema):
    """What was asked, what the patient said, and what came through."""

    asked = Words(required=True, validate=at_most(LONGEST_ITEM))
    patient_words = Words(required=True, validate=at_most(LONGEST_ITEM))
    understood = fields.String(required=True, validate=validate.OneOf(list(Understood), error=CHOOSE))
    explained_again = Words(load_default="", validate=at_most(LONGEST_ITEM))


class TeachBackBody(Body):
    """What was asked, what the patient said, what came through (fully, partly, not), and how it was explained again."""

    asked = Words(required=True, validate=validate.Length(1, LONGEST_ITEM))
    patient_words = Words(required=True, validate=validate.Length(1, LONGEST_ITEM))
    understood = fields.String(required=True, validate=validate.OneOf(list(Understood), error=CHOOSE))
    explained_again = Words(required=True, validate=at_most(LONGEST_ITEM))


class TeachBackJson(TeachBackBody):
    """One teach-back."""

    id = fields.Integer(required=True, strict=True)
    by = fields.UUID(required=True)
    at = Instant(required=True)
