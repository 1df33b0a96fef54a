"""What the form about somebody who acts by law may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.delegates.domain import SCOPES
from services.contract.delegates.legal.domain import KINDS, LONGEST_DOCUMENT
from services.contract.delegates.schemas import DelegationJson
from services.contract.people.domain import LONGEST_EMAIL, LONGEST_NAME
from services.contract.people.schemas import Called, Line, Name
from shared.i18n import _l
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most

ONE_OF_THE_LIST = _l("Choose one from the list.")


class LegalForm(Schema):
    """Who it is, by which document, and what they may do."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error=ONE_OF_THE_LIST))
    name = Called(required=True, validate=at_most(LONGEST_NAME))
    email = fields.String(load_default="", validate=at_most(LONGEST_EMAIL))
    phone = fields.String(load_default="", validate=at_most(40))
    document = fields.String(required=True, validate=at_most(LONGEST_DOCUMENT))
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES, error=ONE_OF_THE_LIST)), load_default=list)
    decided = fields.Boolean(load_default=False)


class LegalBody(Body):
    """Who it is, by which document, and what they may do. ``decided``: the unit lets a guardian see after 13."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error=ONE_OF_THE_LIST))
    name = Name(required=True, validate=at_most(LONGEST_NAME))
    email = fields.String(required=True, allow_none=True, validate=at_most(LONGEST_EMAIL))
    phone = fields.String(required=True, allow_none=True, validate=at_most(40))
    document = Line(required=True, validate=at_most(LONGEST_DOCUMENT))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES, error=ONE_OF_THE_LIST)),
        required=True,
        validate=validate.Length(max=len(SCOPES)),
    )
    decided = fields.Boolean(required=True)


class HelperJson(DelegationJson):
    """The same as the patient's staff see it: ``kind`` is chosen, or one of those who act by law; why it is paused, by
    whom and to when."""

    kind = fields.String(required=True)
    document = fields.String(required=True, allow_none=True)
    paused_reason = fields.String(required=True, allow_none=True)
    paused_until = Instant(required=True, allow_none=True)
    paused_by = fields.UUID(required=True, allow_none=True)
