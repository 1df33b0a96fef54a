"""Which language a page is in: asked for in the address, kept in a cookie, else the person's own setting."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from shared.i18n import LANGUAGES

PARAMETER = "language"
KEPT_FOR = 365 * 24 * 3600


def choose(own: str) -> str:
    """The language of this request; ``own`` is the viewer's setting."""
    for wish in (request.args.get(PARAMETER), request.cookies.get(PARAMETER), own):
        if wish in LANGUAGES:
            return wish
    return next(iter(LANGUAGES))


def keep(response: Response) -> None:
    """Remember a language that was asked for in the address."""
    wish = request.args.get(PARAMETER)
    if wish in LANGUAGES:
        response.set_cookie(PARAMETER, wish, max_age=KEPT_FOR, httponly=True, samesite="Lax", secure=request.is_secure)


def address(language: str) -> str:
    """This page in another language. A page that only answers a form has no address of its own: then the start page."""
    if not _can_be_opened(request.path):
        return "/?" + urlencode({PARAMETER: language})
    return f"{request.path}?{urlencode([*_other_arguments(), (PARAMETER, language)])}"


def _other_arguments() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]


def _can_be_opened(path: str) -> bool:
    if request.method == "GET":
        return True
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True
