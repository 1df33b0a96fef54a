"""The form of an answer: one of three buttons."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.selfcare.reminders.domain import ANSWERS
from shared.i18n import _l


class AnswerForm(Schema):
    """Which button was pressed."""

    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS, error=_l("Choose one of the answers.")))
