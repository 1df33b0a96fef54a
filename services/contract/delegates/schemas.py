"""What a patient's invitation may say, and how a grant is shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.delegates.domain import LONGEST_RELATION, SCOPES
from services.contract.people.domain import LONGEST_EMAIL, LONGEST_NAME
from services.contract.people.schemas import Called, Line, Name
from shared.i18n import _l
from shared.web.api.schemas import Body, Day, Instant
from shared.web.forms import at_most

NOTHING_CHOSEN = _l("Choose at least one thing this person may do.")


class InviteForm(Schema):
    """Who it is, what they may do, and for how long (twelve months where nothing is said)."""

    name = Called(required=True, validate=at_most(LONGEST_NAME))
    relation = fields.String(load_default="", validate=at_most(LONGEST_RELATION))
    email = fields.String(load_default="", validate=at_most(LONGEST_EMAIL))
    phone = fields.String(load_default="", validate=at_most(40))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES, error=NOTHING_CHOSEN)),
        required=True,
        error_messages={"required": NOTHING_CHOSEN},
    )
    last = Day(load_default=None)


class InviteBody(Body):
    """Whom, to what, and to which last day (``null``: twelve months)."""

    name = Name(required=True, validate=at_most(LONGEST_NAME))
    relation = Line(required=True, validate=at_most(LONGEST_RELATION))
    email = fields.String(required=True, allow_none=True, validate=at_most(LONGEST_EMAIL))
    phone = fields.String(required=True, allow_none=True, validate=at_most(40))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES, error=NOTHING_CHOSEN)),
        required=True,
        validate=validate.Length(1, len(SCOPES), error=NOTHING_CHOSEN),
    )
    last = Day(required=True, allow_none=True)


class DelegationJson(Body):
    """What a patient lets somebody do. ``state``: invited, active, paused, ended."""

    delegation_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    patient_name = fields.String(required=True)
    delegate_id = fields.UUID(required=True)
    delegate_name = fields.String(required=True)
    relation = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    starts = Instant(required=True)
    ends = Instant(required=True, allow_none=True)
    state = fields.String(required=True)
