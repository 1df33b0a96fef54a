"""What the form for an answer told to staff may say."""

from __future__ import annotations

from datetime import datetime

from marshmallow import fields, validate

from services.contract.next_contact.domain import How
from services.contract.next_contact.schemas import CHOOSE, LONGEST, Seen, WordsBody
from shared.web.api.schemas import Day as JsonDay
from shared.web.api.schemas import Wall
from shared.web.forms import Day, at_most

ANSWERS = ("yes", "another")
TOLD = tuple(how for how in How if how is not How.WEB)


class ToldForm(Seen):
    """The patient's answer, how and on which day it was given; ``time_shown`` the time it was an answer to."""

    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS, error=CHOOSE))
    how = fields.Enum(
        How,
        by_value=True,
        required=True,
        validate=validate.OneOf(TOLD, error=CHOOSE),
        error_messages={"unknown": CHOOSE},
    )
    told_on = Day(required=True)
    words = fields.String(load_default="", validate=at_most(LONGEST))
    time_shown: fields.Field[datetime] = fields.NaiveDateTime(load_default=None)


class ToldBody(WordsBody):
    """The patient's answer, how and on which day it was given; ``time_shown`` the time it was an answer to."""

    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS, error=CHOOSE))
    how = fields.String(required=True, validate=validate.OneOf(TOLD, error=CHOOSE))
    told_on = JsonDay(required=True)
    time_shown = Wall(load_default=None, allow_none=True)
