"""What the forms of the plan may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.plan.domain import Party, State
from shared.i18n import _l
from shared.web.forms import Day, at_most

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
