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
from shared.policy import Who, policy
from shared.web.pages import page
from shared.web.ways import SIGN_IN, safe_next

pages = Blueprint("signin", __name__, url_prefix=SIGN_IN, template_folder="templates")
PAGES = [pages, oidc, codes, sessions, devices]
"""Every way to sign in, and the sessions that begin there."""


@pages.get("")
@policy("session", "begin", Who.ANYONE)
def start(ctx: Ctx) -> Response:
    """How to sign in; every stranger is sent here. Somebody signed in already goes on."""
    onward = safe_next(request.args.get("next"), HOME)
    if ctx.viewer.person_id:
        return make_response(redirect(onward, 303))
    return page(
        ctx, "signin/start.html", doors=ways(onward), by_code=codes_asked.some_unit_allows(ctx.session), onward=onward
    )


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
