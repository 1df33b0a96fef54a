"""What the form that opens an agreement may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.web.api.schemas import Body
from shared.web.forms import at_most


class OpenForm(Schema):
    """``contact`` is the unit and the member of staff, with a space between."""

    contact = fields.String(required=True, validate=at_most(100))


class OpeningBody(Body):
    """The unit the agreement belongs to, and the member of its staff who becomes named contact."""

    unit_id = fields.UUID(required=True)
    contact = fields.UUID(required=True)


class MissingJson(Body):
    """A living patient whom nobody has an agreement with."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
