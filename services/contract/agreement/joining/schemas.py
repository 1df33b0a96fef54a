"""What the forms of joining may say, and what is sent and shown of it as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.schemas import CHOOSE
from services.contract.agreement.told.domain import WAYS
from shared.web.api.schemas import Body, Instant
from shared.web.api.schemas import Day as DayOf
from shared.web.forms import Day


class AnswerForm(Schema):
    """Yes or no to working this way."""

    willing = fields.Boolean(required=True)


class ToldAnswerForm(AnswerForm):
    """The same, as the patient told it: how, and on which day."""

    how = fields.String(load_default=None, validate=validate.OneOf(list(WAYS), error=CHOOSE))
    said_on = Day(load_default=None)


class AnswerBody(Body):
    """Yes or no to working this way."""

    willing = fields.Boolean(required=True)


class ToldAnswerBody(AnswerBody):
    """The same, written down by the care: how the patient told it (spoken, paper), and on which day."""

    how = fields.String(required=True, validate=validate.OneOf(list(WAYS), error=CHOOSE))
    said_on = DayOf(required=True)


class JoiningJson(Body):
    """The answer; all null while it waits, and where the patient started the contract: that is the yes. ``how``: web,
    spoken, paper; ``by`` pressed the button or wrote it down."""

    willing = fields.Boolean(required=True, allow_none=True)
    how = fields.String(required=True, allow_none=True)
    said_on = DayOf(required=True, allow_none=True)
    by = fields.UUID(required=True, allow_none=True)
    at = Instant(required=True, allow_none=True)
