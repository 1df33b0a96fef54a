"""What the form about sharing may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.plan.domain import Party
from services.contract.plan.schemas import CHOOSE, LONGEST_TITLE
from shared.i18n import _l
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most


class ShareForm(Schema):
    """Which activity, with which party, and who there."""

    activity_id = fields.UUID(required=True)
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    recipient = fields.String(required=True, validate=at_most(LONGEST_TITLE))


class ShareBody(Body):
    """Which activity, with which party, and who there."""

    activity_id = fields.UUID(required=True)
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    recipient = fields.String(
        required=True, validate=validate.Length(1, LONGEST_TITLE, error=_l("Write at most {max} characters."))
    )


class ShareJson(Body):
    """One activity shown to one outside party."""

    share_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    party = fields.String(required=True)
    recipient = fields.String(required=True)
    shared_by = fields.UUID(required=True, allow_none=True)
    shared_at = Instant(required=True)
