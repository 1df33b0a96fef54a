"""Reads a body as strictly as it was meant: JSON in UTF-8, every key once, real numbers, text a person could have sent."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from flask import Request, request
from webargs.flaskparser import FlaskParser

from shared.i18n import _l
from shared.web.api.problem import Problem, pointers

MEDIA_TYPE = "application/json"
LARGEST = 1024 * 1024
"""Bytes of a body, unless an operation takes more."""
DEEPEST = 32
BREAKS = "\n\r\t"

NO_JSON = _l("The body is not JSON as RFC 8259 describes it: each key once, nothing after the end, no NaN.")
TOO_DEEP = _l("The body is nested too deeply.")
NO_BODY = _l("This request takes no body.")
TWICE = _l("A parameter stands twice, or is not known here.")
NOT_A_SIGN = _l("This text holds a sign that can't be shown.")


class Parser(FlaskParser):
    """webargs with our reading of JSON and our shape of errors. Nothing unknown is left aside."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE, "json": ma.RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        return read_body(req)

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_more: Any) -> Any:
        ((location, messages),) = error.messages_dict.items()
        raise Problem(422 if location == "json" else 400, errors=list(pointers(messages)))


def read_body(req: Request) -> Any:
    """The body as JSON. Raises ``Problem``: 415 for another form, 400 for what is no JSON, 422 for unusable text."""
    said = req.mimetype_params.get("charset", "utf-8").lower()
    if req.mimetype != MEDIA_TYPE or said not in ("utf-8", "utf8") or req.headers.get("Content-Encoding"):
        raise Problem(415)
    try:
        value = json.loads(
            req.get_data().decode(),
            object_pairs_hook=_each_once,
            parse_constant=_refuse,
            parse_float=_finite,
        )
    except RecursionError:
        raise Problem(400, TOO_DEEP) from None
    except ValueError:
        raise Problem(400, NO_JSON) from None
    if unusable := [(pointer, NOT_A_SIGN) for pointer, text in _texts(value) if not _usable(text)]:
        raise Problem(422, errors=unusable)
    return value


def refuse_body() -> None:
    """For requests that take none."""
    if request.content_length or "Transfer-Encoding" in request.headers:
        raise Problem(400, NO_BODY)


def only_known(known: set[str]) -> None:
    """Nothing twice and nothing unknown in the address: which of two would count is nobody's to guess."""
    given = [name for name, _value in request.args.items(multi=True)]
    if len(given) != len(set(given)) or not known.issuperset(given):
        raise Problem(400, TWICE)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every text in the body, keys too, with its pointer. Raises ``Problem`` beyond the deepest level."""
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        at, one, depth = waiting.pop()
        if depth > DEEPEST:
            raise Problem(400, TOO_DEEP)
        if isinstance(one, str):
            yield at, one
        elif isinstance(one, dict):
            yield from ((at, key) for key in one)
            waiting += [(f"{at}/{key.replace('~', '~0').replace('/', '~1')}", v, depth + 1) for key, v in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{at}/{number}", v, depth + 1) for number, v in enumerate(one)]


def _usable(text: str) -> bool:
    """No control signs but line breaks and tabs, and no halves of a sign: neither could be kept and shown again."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in BREAKS for sign in text)
