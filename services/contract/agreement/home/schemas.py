"""What the form of an admin's first page may say."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.web.forms import at_most

LONGEST_NOTE = 2000


class AcceptForm(Schema):
    """What the earlier contact hands over, where there was one."""

    handover_note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))
