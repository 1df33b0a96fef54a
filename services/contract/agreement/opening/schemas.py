"""What the form that opens an agreement may say."""

from __future__ import annotations

from marshmallow import Schema, fields


class OpenForm(Schema):
    """``contact`` is the unit and the member of staff, with a space between."""

    contact = fields.String(required=True)
