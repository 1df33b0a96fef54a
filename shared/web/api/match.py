"""Nobody overwrites what they have not seen: each answer has a strong ETag, each change names the one it saw."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, json, request

from shared.web.api.problem import Problem


def etag_of(body: bytes) -> str:
    """The mark of exactly this answer."""
    return hashlib.sha256(body).hexdigest()[:32]


def in_json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def marked(response: Response) -> Response:
    """The answer with its ETag; 304 without a body where the asker has it already."""
    response.set_etag(etag_of(response.get_data()))
    if request.method in ("GET", "HEAD"):
        response.make_conditional(request)
    return response


def check_match(shown: Any, sent: Any) -> None:
    """Raise ``Problem`` unless ``If-Match`` names what would be shown now: 428 without it, 412 with both versions when
    it is older. ``*`` names nothing that anybody has seen."""
    wanted = request.if_match
    if "If-Match" not in request.headers or wanted.star_tag:
        raise Problem(428)
    now = etag_of(json.dumps(shown).encode())
    if not wanted.contains(now):
        raise Problem(412, headers={"ETag": f'"{now}"'}, current=shown, sent=sent)
