"""What the forms of the plan may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.plan.domain import Party, State
from shared.i18n import _l
from shared.web.api.schemas import Body, Day, Instant
from shared.web.forms import at_most

LONGEST_TITLE = 200
LONGEST_WORDS = 1000
CHOOSE = _l("Choose one from the list.")


class ActivityForm(Schema):
    """Something to be done, by whom, and when if that is known."""

    title = fields.String(required=True, validate=at_most(LONGEST_TITLE))
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    responsible = fields.String(load_default="", validate=at_most(LONGEST_TITLE))
    on_date = Day(load_default=None)


class MoveForm(Schema):
    """How far an activity has come."""

    state = fields.String(required=True, validate=validate.OneOf(list(State), error=CHOOSE))
    reason = fields.String(load_default="", validate=at_most(LONGEST_WORDS))


class ActivityBody(Body):
    """Something to be done, by whom, and when if that is known."""

    title = fields.String(
        required=True, validate=validate.Length(1, LONGEST_TITLE, error=_l("Write what is to be done."))
    )
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    responsible = fields.String(required=True, validate=at_most(LONGEST_TITLE))
    on_date = Day(required=True, allow_none=True)


class MoveBody(Body):
    """How far an activity has come; stopping one needs a reason."""

    state = fields.String(required=True, validate=validate.OneOf(list(State), error=CHOOSE))
    reason = fields.String(required=True, validate=at_most(LONGEST_WORDS))


class ActivityJson(Body):
    """Something that somebody does for the patient."""

    activity_id = fields.UUID(required=True)
    title = fields.String(required=True)
    party = fields.String(required=True)
    responsible = fields.String(required=True)
    state = fields.String(required=True)
    on_date = Day(required=True, allow_none=True)
    added_by = fields.UUID(required=True, allow_none=True)
    added_at = Instant(required=True)
