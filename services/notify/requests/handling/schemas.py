"""What staff fill in about a request."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.notify.requests.handling.domain import LONGEST_TEXT
from shared.i18n import _l
from shared.web.forms import at_most

REACHED = (("yes", _l("Yes, we talked")), ("no", _l("No, no one answered")))


class AnswerForm(Schema):
    answer = fields.String(required=True, validate=at_most(LONGEST_TEXT))
    check = fields.String(validate=at_most(100))


class QuestionForm(Schema):
    question = fields.String(required=True, validate=at_most(LONGEST_TEXT))


class CallForm(Schema):
    reached = fields.String(required=True, validate=validate.OneOf([value for value, _text in REACHED]))
    said = fields.String(required=True, validate=at_most(LONGEST_TEXT))


class HandOverForm(Schema):
    to = fields.UUID(required=True)
    note = fields.String(required=True, validate=at_most(LONGEST_TEXT))
