"""The forms of an import: the file as it is uploaded, and as the page carries it until it is confirmed."""

from __future__ import annotations

import base64
import binascii
import zlib

from marshmallow import Schema, fields

LARGEST_UPLOAD = 8 * 1024 * 1024
LARGEST_FORM = LARGEST_UPLOAD * 3 // 2
"""What a page carries is compressed, and written with a third more signs."""


class UploadForm(Schema):
    """The file itself is read from the request."""

    unit_id = fields.UUID(required=True)


class ConfirmForm(Schema):
    """The same file again, as ``packed`` put it into the page: nothing is stored between the two steps."""

    unit_id = fields.UUID(required=True)
    file_name = fields.String(required=True)
    content = fields.String(required=True)


def packed(data: bytes) -> str:
    """A file as text for a hidden field."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def unpacked(text: str) -> bytes:
    """The file again. Raises ``ValueError`` for what ``packed`` did not make, or what would grow beyond any upload."""
    try:
        unpack = zlib.decompressobj()
        data = unpack.decompress(base64.b64decode(text, validate=True), LARGEST_UPLOAD + 1)
    except (zlib.error, binascii.Error):
        raise ValueError("not a packed file") from None
    if not unpack.eof or len(data) > LARGEST_UPLOAD:
        raise ValueError("not a packed file")
    return data
