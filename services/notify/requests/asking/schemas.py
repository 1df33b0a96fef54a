"""What somebody fills in to ask their contact."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.notify.requests.domain import Priority
from services.notify.requests.handling.domain import LONGEST_TEXT
from shared.web.forms import at_most

ASKABLE = (Priority.ROUTINE.value, Priority.SOON.value)
"""What is urgent is rung about: no form takes its place."""


class AskForm(Schema):
    words = fields.String(required=True, validate=at_most(LONGEST_TEXT))
    priority = fields.String(required=True, validate=validate.OneOf(ASKABLE))
    contract = fields.UUID()
    once = fields.UUID(required=True)
