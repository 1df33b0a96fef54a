"""What the form about the overall responsibility may say."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.contract.plan.domain import Party
from services.contract.plan.schemas import CHOOSE, LONGEST_TITLE
from shared.web.forms import at_most


class LeadForm(Schema):
    """Which principal, who there, and how the patient reaches them."""

    principal = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    name = fields.String(required=True, validate=at_most(LONGEST_TITLE))
    reach = fields.String(load_default="", data_key="lead_reach", validate=at_most(LONGEST_TITLE))
    seen_revision = fields.Integer(load_default=None, data_key="revision", attribute="seen")
