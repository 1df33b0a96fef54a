"""What the form of ending may say, and how it is sent as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.agreement.schemas import LONGEST_ITEM, Words
from shared.i18n import _l
from shared.web.api.schemas import Body
from shared.web.forms import at_most


class EndForm(Schema):
    """Why it ends, and that one means it."""

    reason = Words(load_default="", validate=at_most(LONGEST_ITEM))
    sure = fields.String(
        required=True,
        validate=validate.Equal("1"),
        error_messages={"required": _l("Tick the box if you want to end it.")},
    )


class EndingBody(Body):
    """Why it ends. The care gives a reason; the patient needs none."""

    reason = Words(required=True, validate=at_most(LONGEST_ITEM))
