"""The forms of an import: the file as it is uploaded, and as the page carries it until it is confirmed."""

from __future__ import annotations

from marshmallow import Schema, fields

LARGEST_UPLOAD = 8 * 1024 * 1024
LARGEST_FORM = LARGEST_UPLOAD * 3 // 2


class UploadForm(Schema):
    """The file itself is read from the request."""

    unit_id = fields.UUID(required=True)


class ConfirmForm(Schema):
    """The same file again, as the page carried it: nothing of it is stored between the two steps, nor after."""

    unit_id = fields.UUID(required=True)
    content = fields.String(required=True)
