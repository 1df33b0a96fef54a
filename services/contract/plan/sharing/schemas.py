"""What the form about sharing may say."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.contract.plan.domain import Party
from services.contract.plan.schemas import CHOOSE, LONGEST_TITLE
from shared.web.forms import at_most


class ShareForm(Schema):
    """Which activity, with which party, and who there."""

    activity_id = fields.UUID(required=True)
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    recipient = fields.String(required=True, validate=at_most(LONGEST_TITLE))
