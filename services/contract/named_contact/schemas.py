"""What the forms about absence and cover may say."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.contract.named_contact.domain import LONGEST_HANDOVER, LONGEST_NOTE
from shared.i18n import _l
from shared.web.forms import Day, at_most


class AbsenceForm(Schema):
    """From one day to another, or until further notice. ``act`` is to look at it first or to save it."""

    first = Day(required=True)
    last = Day(load_default=None)
    open_ended = fields.Boolean(load_default=False)
    deputy_id = fields.UUID(load_default=None)
    note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))
    act = fields.String(load_default="look", validate=validate.OneOf(("look", "save")))

    @validates_schema
    def _ends_somehow(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if (data.get("last") is None) != bool(data.get("open_ended")):
            raise ValidationError({"last": [_l("Choose a last day, or until further notice.")]})


class MendForm(Schema):
    """Who answers: standing in for the contact, or taking over with what they need to know."""

    person_id = fields.UUID(required=True)
    act = fields.String(required=True, validate=validate.OneOf(("stand_in", "take_over")))
    handover_note = fields.String(load_default="", validate=at_most(LONGEST_HANDOVER))
