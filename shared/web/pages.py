"""A page as an answer: rendered in the viewer's language, whole or as the fragment htmx asked for."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

from flask import Response, current_app, g, make_response, redirect, render_template, request

from shared.context import Ctx, Viewer
from shared.i18n import speaking
from shared.relations import open_glass
from shared.web import language as languages
from shared.web.navigation import places

NOTICE = "said"
NOTICE_KEPT_FOR = 60
EMPTY: dict[str, Any] = {"demo": False, "errors": {}, "glass": None, "help_line": None, "said": None}
"""What every template may ask for."""


def page(ctx: Ctx, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """The template with ``values``, and from ``ctx`` the viewer, their language, the time and the demo flag.

    ``errors`` (as ``read_form`` gives them) among the values show in a summary and beside their fields. ``help_line``,
    a (name, number) pair, is the number to ring beside 112 and 1177. htmx gets the block ``content`` alone.
    """
    frame = {"now": ctx.now, "demo": ctx.demo, "said": said(request.cookies.get(NOTICE)), "glass": _glass(ctx)}
    values = frame | values
    return _answer(template, ctx.viewer, ctx.language, status, values)


def _glass(ctx: Ctx) -> dict[str, Any] | None:
    """What the banner tells somebody who has a patient's pages open in an emergency: never whose. Only contract's own pages
    can carry the form that ends it."""
    glass = None if _asked_for_fragment() else open_glass(ctx)
    if glass is None:
        return None
    left = -((ctx.now - glass.until) // timedelta(minutes=1))
    return {"id": glass.glass_id, "left": left, "here": ctx.service == "contract"}


def error_page(
    status: int,
    *,
    reason: str | None = None,
    minutes: int = 0,
    language: str = "sv",
    help_line: tuple[str, str] | None = None,
) -> Response:
    """What went wrong and what to do, for a status of 400 or more; ``reason`` is a text for the reader,
    ``minutes`` how long to wait before it can be tried again.

    Needs no database, so it works when that is gone.
    """
    values = {"status": status, "reason": reason, "minutes": minutes, "help_line": help_line}
    return _answer("web/error.html", Viewer(), languages.choose(language), status, values)


def back(url: str, said: str | None = None) -> Response:
    """To ``url`` after an act. ``said`` is the notice shown there: ``"agreement.confirmed"`` is the text
    ``SAID["confirmed"]`` in the module of the blueprint ``agreement``. Raises ``LookupError`` if it isn't declared."""
    response = make_response(redirect(url, 303))
    if said is not None:
        _declared(said)
        response.set_cookie(
            NOTICE, said, max_age=NOTICE_KEPT_FOR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def said(key: str | None) -> str | None:
    """The declared text of a notice; a key nobody declared, or a forged one, says nothing."""
    try:
        return _declared(key) if key else None
    except LookupError:
        return None


def _declared(key: str) -> str:
    concept, _, word = key.partition(".")
    module = sys.modules[current_app.blueprints[concept].import_name]
    texts: dict[str, str] = getattr(module, "SAID", {})
    return texts[word]


def _answer(template: str, viewer: Viewer, language: str, status: int, values: dict[str, Any]) -> Response:
    values = EMPTY | values
    g.errors = values["errors"] = values["errors"] or {}
    fragment = _asked_for_fragment()
    with speaking(language):
        html = render_template(
            template, viewer=viewer, language=language, places=places(viewer), fragment=fragment, **values
        )
    response = make_response(html, status)
    response.headers["Content-Language"] = language
    response.vary.update(("HX-Request", "Cookie"))
    languages.keep(response)
    if not fragment and NOTICE in request.cookies:
        response.delete_cookie(NOTICE)
    return response


def _asked_for_fragment() -> bool:
    asked = request.headers
    whole = "HX-Boosted" in asked or "HX-History-Restore-Request" in asked
    return "HX-Request" in asked and not whole
