"""JSON that every reader understands alike, or none: RFC 8259 in UTF-8, each key once, no NaN, no bottomless nesting."""

from __future__ import annotations

import json
import re
from typing import Any

_ESCAPED = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


class NotJson(Exception):
    """What was received is not JSON, or two readers could understand it differently."""


class Doubled(tuple[tuple[str, Any], ...]):
    """An object in which a key stands twice: which of its values was meant, nobody can know."""

    __slots__ = ()


def loads(text: bytes | str) -> Any:
    """The value in ``text``, with a ``Doubled`` in place of each object that has a key twice. Raises ``NotJson``."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return _READER.decode(decoded)
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from None


def storable(text: bytes) -> bytes:
    """``text`` unless it escapes a character that no database holds: NUL, or half of a pair. Raises ``NotJson``."""
    if _ESCAPED.search(text):
        raise NotJson("a character that can't be stored")
    return text


def _once(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(pairs)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


_READER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse)
