"""A file that a page carries from one step to the next, so that nothing of it is stored in between."""

from __future__ import annotations

import base64
import binascii
import zlib


def packed(data: bytes) -> str:
    """A file as text for a hidden field."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def unpacked(text: str, largest: int) -> bytes:
    """The file again. Raises ``ValueError`` for what ``packed`` did not make, or what would grow beyond ``largest``."""
    try:
        unpack = zlib.decompressobj()
        data = unpack.decompress(base64.b64decode(text, validate=True), largest + 1)
    except (zlib.error, binascii.Error):
        raise ValueError("not a packed file") from None
    if not unpack.eof or len(data) > largest:
        raise ValueError("not a packed file")
    return data
