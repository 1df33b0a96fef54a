"""What the form that opens an agreement may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.schemas import CHOOSE
from services.contract.agreement.told.domain import WAYS
from shared.web.api.schemas import Body
from shared.web.api.schemas import Day as DayOf
from shared.web.forms import Day, at_most

NOT_ASKED = "not_asked"


class OpenForm(Schema):
    """``contact`` is the unit and the member of staff, with a space between; ``answered`` how the patient said yes to
    working this way, on which day, or that nobody has asked."""

    contact = fields.String(required=True, validate=at_most(100))
    answered = fields.String(required=True, validate=validate.OneOf([*WAYS, NOT_ASKED], error=CHOOSE))
    said_on = Day(load_default=None)


class OpeningBody(Body):
    """The unit the agreement belongs to, and the member of its staff who becomes named contact. ``how`` (spoken, paper)
    and ``said_on``: the patient's yes to working this way; both null when nobody has asked."""

    unit_id = fields.UUID(required=True)
    contact = fields.UUID(required=True)
    how = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(WAYS), error=CHOOSE))
    said_on = DayOf(required=True, allow_none=True)


class MissingJson(Body):
    """A living patient whom nobody has an agreement with; ``said_no_on`` when they last said no to working this way."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    said_no_on = DayOf(required=True, allow_none=True)
