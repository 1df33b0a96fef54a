"""What a patient's invitation may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.delegates.domain import LONGEST_RELATION, SCOPES
from services.contract.people.domain import LONGEST_EMAIL, LONGEST_NAME
from shared.i18n import _l
from shared.web.forms import Day, at_most

NOTHING_CHOSEN = _l("Choose at least one thing this person may do.")


class InviteForm(Schema):
    """Who it is, what they may do, and for how long (twelve months where nothing is said)."""

    name = fields.String(required=True, validate=at_most(LONGEST_NAME))
    relation = fields.String(load_default="", validate=at_most(LONGEST_RELATION))
    email = fields.String(load_default="", validate=at_most(LONGEST_EMAIL))
    phone = fields.String(load_default="", validate=at_most(40))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES, error=NOTHING_CHOSEN)),
        required=True,
        error_messages={"required": NOTHING_CHOSEN},
    )
    last = Day(load_default=None)
