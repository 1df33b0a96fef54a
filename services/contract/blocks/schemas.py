"""Which unit is blocked, and how a block is shown as JSON."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from shared.i18n import _l
from shared.web.api.schemas import Body, Instant

CHOOSE = _l("Choose a unit.")


class BlockForm(Schema):
    """The unit to keep out."""

    class Meta:
        unknown = EXCLUDE

    unit_id = fields.UUID(required=True, error_messages={"required": CHOOSE, "invalid_uuid": CHOOSE, "null": CHOOSE})


class BlockBody(Body):
    """The same."""

    unit_id = fields.UUID(required=True)


class BlockJson(Schema):
    """One block, from when to when; ``ends`` null: it stands."""

    block_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    unit_name = fields.String(required=True)
    starts = Instant(required=True)
    ends = Instant(required=True, allow_none=True)
