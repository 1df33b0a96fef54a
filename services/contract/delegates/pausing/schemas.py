"""What the form that pauses a delegate may say, and how a pause is sent as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.contract.delegates.pausing.domain import LONGEST_REASON
from shared.web.api import schemas as api
from shared.web.forms import Day, at_most


class PauseForm(Schema):
    reason = fields.String(required=True, validate=at_most(LONGEST_REASON))
    last = Day(required=True)


class PauseBody(api.Body):
    """Why, and the last day that nothing holds."""

    reason = fields.String(required=True, validate=at_most(LONGEST_REASON))
    last = api.Day(required=True)
