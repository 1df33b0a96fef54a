"""What may be said about a change of contact, by form and as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.contract.named_contact.changing.domain import LONGEST_REASON
from services.contract.named_contact.domain import LONGEST_HANDOVER
from services.contract.named_contact.schemas import ASKED_FOR, REASON, UNMET
from shared.web.api.schemas import Body
from shared.web.api.schemas import Day as DayOf
from shared.web.forms import Day, at_most

DAY = {"description": "From which day on, by the unit's calendar; null or today: from now on."}
WHY = {"description": "Why, in words the patient reads. May be empty."}


class ChangeForm(Schema):
    """Who takes over and from which day on. ``seen`` is what stood on the page."""

    seen = fields.String(load_default=None, validate=at_most(200))
    person_id = fields.UUID(required=True)
    day = Day(load_default=None)
    handover_note = fields.String(load_default="", validate=at_most(LONGEST_HANDOVER))
    reason = fields.String(load_default="", validate=at_most(LONGEST_REASON))
    asked_for = fields.Boolean(load_default=None)
    wish_unmet = fields.String(load_default="", validate=at_most(LONGEST_REASON))


class MoveForm(Schema):
    """Another day for what is planned."""

    seen = fields.String(load_default=None, validate=at_most(200))
    day = Day(required=True)
    why = fields.String(load_default="", validate=at_most(LONGEST_REASON))


class CallOffForm(Schema):
    seen = fields.String(load_default=None, validate=at_most(200))
    why_not = fields.String(load_default="", validate=at_most(LONGEST_REASON))


class ContactChangeBody(Body):
    """Who takes over as primary contact, and from which day on. Until then the present one answers."""

    person_id = fields.UUID(required=True)
    day = DayOf(required=True, allow_none=True, metadata=DAY)
    handover_note = fields.String(required=True, validate=at_most(LONGEST_HANDOVER))
    reason = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=REASON)
    asked_for = fields.Boolean(required=True, allow_none=True, metadata=ASKED_FOR)
    wish_unmet = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=UNMET)


class ContactDayBody(Body):
    """Another day for what is planned; today: now."""

    day = DayOf(required=True, metadata=DAY)
    why = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=WHY)


class ContactStaysBody(Body):
    """There will be no change."""

    why = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=WHY)
