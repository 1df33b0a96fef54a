"""What a patient adds to a request."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.notify.requests.handling.domain import LONGEST_TEXT
from shared.web.forms import at_most


class MoreForm(Schema):
    words = fields.String(required=True, validate=at_most(LONGEST_TEXT))
