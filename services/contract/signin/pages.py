"""Signing in in a browser. A link's page shows a button, so what only looks at links spends none."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request

from services.contract.signin import actions
from services.contract.signin.codes import store as codes_asked
from services.contract.signin.codes.pages import pages as codes
from services.contract.signin.devices.pages import pages as devices
from services.contract.signin.oidc.pages import pages as oidc
from services.contract.signin.oidc.pages import ways
from services.contract.signin.sessions.actions import HOME
from services.contract.signin.sessions.pages import enter
from services.contract.signin.sessions.pages import pages as sessions
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.web.pages import page
from shared.web.ways import SIGN_IN, safe_next

pages = Blueprint("signin", __name__, url_prefix=SIGN_IN, template_folder="templates")
AGAIN = {
    "delegation": _l("This changes who may act for somebody else."),
    "block": _l("This lets those who work at a unit see your pages again."),
    "person": _l("This changes how somebody is reached."),
    "person_import": _l("This changes how several people are reached."),
    "export": _l("This takes information out as a file."),
}
"""Why somebody signs in once more, by what it is for."""
PAGES = [pages, oidc, codes, sessions, devices]
"""Every way to sign in, and the sessions that begin there."""


@pages.get("")
@policy("session", "begin", Who.ANYONE)
def start(ctx: Ctx) -> Response:
    """How to sign in; every stranger is sent here. Somebody signed in already goes on, unless it is to be ``again``."""
    onward, again = safe_next(request.args.get("next"), HOME), "again" in request.args
    kind = ctx.viewer.kind if ctx.viewer.person_id else ""
    if kind and not again:
        return make_response(redirect(onward, 303))
    return page(
        ctx,
        "signin/start.html",
        doors=ways(onward, kind),
        by_code=kind in ("", "patient") and codes_asked.some_unit_allows(ctx.session),
        onward=onward,
        instead=safe_next(request.args.get("instead"), HOME),
        kind=kind,
        why=_why(ctx),
    )


def _why(ctx: Ctx) -> Lazy:
    why = request.args.get("why", "")
    if why == "delegation" and ctx.viewer.kind == "patient":
        return _l("This changes who may act for you.")
    return AGAIN.get(why, _l("This is only for somebody who has just signed in."))


@pages.get("/l/<code>")
@policy("session", "begin", Who.ANYONE)
def link(ctx: Ctx, code: str) -> Response:
    if not actions.usable(ctx, code):
        return page(ctx, "signin/spent.html", status=410)
    return page(ctx, "signin/link.html")


@pages.post("/l/<code>")
@policy("session", "begin", Who.ANYONE)
def use_link(ctx: Ctx, code: str) -> Response:
    try:
        entry = actions.consume(ctx, code)
    except Refused:
        return page(ctx, "signin/spent.html", status=410)
    return enter(ctx, entry)
