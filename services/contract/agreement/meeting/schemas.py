"""What the form of preparing may say; all of it may be left empty."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.schemas import CHOOSE, LONGEST_ITEM, LONGEST_TEXT, Words
from services.contract.agreement.told.domain import WAYS
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most


class PrepareForm(Schema):
    """Questions, company and expectations, and the version that was on the page."""

    questions = Words(load_default="", validate=at_most(LONGEST_TEXT))
    comes_with = Words(load_default="", validate=at_most(LONGEST_ITEM))
    expects = Words(load_default="", validate=at_most(LONGEST_TEXT))
    seen = fields.Integer(load_default=0)
    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))


class PrepareBody(Body):
    """What the patient wants from the next contact. ``how`` is for staff who write down what the patient told."""

    questions = Words(required=True, validate=at_most(LONGEST_TEXT))
    comes_with = Words(required=True, validate=at_most(LONGEST_ITEM))
    expects = Words(required=True, validate=at_most(LONGEST_TEXT))
    how = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(WAYS), error=CHOOSE))


class PrepareJson(PrepareBody):
    """What is prepared for the next contact; empty, and version 0, where nothing is. Without a next contact
    ``next_contact_id`` is null."""

    next_contact_id = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True, strict=True)
    how = fields.String(required=True, allow_none=True)
    changed_by = fields.UUID(required=True, allow_none=True)
    changed_at = Instant(required=True, allow_none=True)
