"""What the form about somebody who acts by law may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.delegates.domain import SCOPES
from services.contract.delegates.legal.domain import KINDS, LONGEST_DOCUMENT
from services.contract.people.domain import LONGEST_EMAIL, LONGEST_NAME
from shared.i18n import _l
from shared.web.forms import at_most

ONE_OF_THE_LIST = _l("Choose one from the list.")


class LegalForm(Schema):
    """Who it is, by which document, and what they may do."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error=ONE_OF_THE_LIST))
    name = fields.String(required=True, validate=at_most(LONGEST_NAME))
    email = fields.String(load_default="", validate=at_most(LONGEST_EMAIL))
    phone = fields.String(load_default="", validate=at_most(40))
    document = fields.String(required=True, validate=at_most(LONGEST_DOCUMENT))
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES, error=ONE_OF_THE_LIST)), load_default=list)
    decided = fields.Boolean(load_default=False)
