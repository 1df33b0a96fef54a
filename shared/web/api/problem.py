"""What is wrong, in one shape (RFC 9457): a kind for programs, a sentence for people, a pointer for each field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response, g, json, request
from werkzeug.exceptions import HTTPException

from shared.errors import Refused
from shared.i18n import LANGUAGES, Lazy, _l, speaking
from shared.web.forms import FRIENDLY

MEDIA_TYPE = "application/problem+json"
KINDS: Mapping[int, tuple[str, Lazy, Lazy]] = {
    400: ("not-understood", _l("Not understood"), _l("The request can't be read. Nothing was changed.")),
    401: ("not-signed-in", _l("Not signed in"), _l("Sign in, or renew the session, and ask again.")),
    403: ("not-from-here", _l("Not allowed"), _l("The token of the session is missing or wrong.")),
    404: ("not-found", _l("Not found"), _l("There is no such thing, or it is not yours to see.")),
    405: ("no-such-act", _l("Not possible here"), _l("This address does not answer that method.")),
    409: ("refused", _l("Not possible now"), _l("It does not go together with how things stand. Look again.")),
    412: ("changed-meanwhile", _l("Changed meanwhile"), _l("Somebody changed this after you read it. Look again.")),
    413: ("too-large", _l("Too large"), _l("The request is larger than what is read here.")),
    415: ("not-json", _l("Not JSON"), _l("Send application/json in UTF-8, not compressed.")),
    422: ("invalid", _l("Not valid"), _l("Something in the request is not valid. Nothing was changed.")),
    428: ("version-missing", _l("Version missing"), _l("Send the ETag of what you read in If-Match.")),
    429: ("too-many", _l("Too fast"), _l("Wait as many seconds as Retry-After says, and ask again.")),
    503: ("unavailable", _l("Not available"), _l("Wait a moment and ask again.")),
}
FAULT = ("fault", _l("Our fault"), _l("Something went wrong here. Nothing was changed."))
NOT_KNOWN = _l("This field is not known here.")
IN_WORDS = FRIENDLY | {
    "Unknown field.": NOT_KNOWN,
    "Not a valid list.": _l("Send a list."),
    "Not a valid mapping type.": _l("Send an object."),
    "Invalid input type.": _l("Send an object."),
    "Invalid value.": _l("Choose one from the list."),
}


class Problem(Exception):
    """The request can't be done. ``errors`` are (pointer, text) pairs; ``more`` are further members of the answer."""

    def __init__(
        self,
        status: int,
        text: object = None,
        *,
        errors: Sequence[tuple[str, object]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(f"problem {status}")
        self.status, self.text, self.errors = status, text, errors
        self.headers, self.more = headers or {}, more


SHAPES: dict[str, Callable[[Exception, int], Response]] = {}
"""Other doors for programs and how each words an error, by the part of the address after the service's name."""


def asks_api() -> bool:
    """Whether this request came through a door for programs: ``/<service>/api/…``, or one that words its own errors."""
    return _door() == "api" or _door() in SHAPES


def _door() -> str:
    return "".join(request.path.split("/", 3)[2:3])


def wished_language(own: str) -> str:
    """``Accept-Language`` if it names one of ours, else ``own``."""
    return request.accept_languages.best_match(LANGUAGES, own) or own


def answer(error: Exception, status: int) -> Response:
    """The error in its door's own shape, or as problem+json, in the language asked for."""
    if (shape := SHAPES.get(_door())) is not None:
        return shape(error, status)
    if isinstance(error, Refused) and error.field:
        status = 422
    kind, title, detail = KINDS.get(status, FAULT)
    with speaking(wished_language(g.get("language", "sv"))):
        body = {
            "type": f"urn:samkontrakt:problem:{kind}",
            "title": str(title),
            "status": status,
            "detail": str(getattr(error, "text", None) or detail),
            "errors": [{"pointer": pointer, "detail": str(text)} for pointer, text in _errors(error)],
            **getattr(error, "more", {}),
        }
    response = Response(json.dumps(body), status, content_type=MEDIA_TYPE)
    response.headers.update(_headers(error, status))
    return response


def pointers(messages: Any, at: str = "") -> Iterator[tuple[str, object]]:
    """marshmallow's messages as (JSON pointer, text): ``/hours/0/opens``."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from pointers(inner, at if key == "_schema" else f"{at}/{_escaped(key)}")
    elif isinstance(messages, list):
        for inner in messages:
            yield from pointers(inner, at)
    else:
        yield at, IN_WORDS.get(messages, messages) if isinstance(messages, str) else messages


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _errors(error: Exception) -> Sequence[tuple[str, object]]:
    if isinstance(error, Refused) and error.field:
        return [(f"/{error.field}", error.text)]
    return getattr(error, "errors", ())


def passed_on(error: Exception) -> dict[str, str]:
    """The headers that say what to do instead, or when."""
    told = error.get_headers() if isinstance(error, HTTPException) else []
    return {name: value for name, value in told if name in ("Allow", "Retry-After")}


def _headers(error: Exception, status: int) -> dict[str, str]:
    headers = passed_on(error) if isinstance(error, HTTPException) else dict(getattr(error, "headers", {}))
    if status == 401:
        headers["WWW-Authenticate"] = 'Session realm="samkontrakt"'
    if status == 503:
        headers.setdefault("Retry-After", "5")
    return headers
