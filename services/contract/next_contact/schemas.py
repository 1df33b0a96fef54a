"""What the forms of the next contact may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.next_contact.domain import Act, Way
from shared.i18n import _l
from shared.web.forms import ClockTime, Day, at_most

LONGEST = 1000
CHOOSE = _l("Choose one from the list.")


class SuggestForm(Schema):
    """A day and a time as they stand on the patient's own clock, and how to meet."""

    day = Day(required=True)
    clock = ClockTime(required=True)
    way = fields.Enum(Way, by_value=True, required=True, error_messages={"unknown": CHOOSE})


class AcceptForm(Schema):
    """The suggested time that was on the page."""

    seen = fields.NaiveDateTime(required=True)


class AnotherForm(Schema):
    """Why, or when instead, if the patient wants to say."""

    words = fields.String(load_default="", validate=at_most(LONGEST))


class EndForm(Schema):
    """How it went, or why it will not be."""

    act = fields.String(
        required=True,
        validate=validate.OneOf(
            [Act.FULFIL, Act.MISS_BY_PATIENT, Act.MISS_BY_CARE, Act.CANCEL_BY_CARE],
            error=CHOOSE,
        ),
    )
    words = fields.String(load_default="", validate=at_most(LONGEST))
