"""Signing in and out in a browser. A link's page shows a button, so what only looks at links spends none."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, make_response, redirect, request

from services.contract.signin import actions
from services.contract.signin.actions import Entry
from shared.auth import SignedIn, cookie_name, read_cookie, sign_cookie
from shared.config import Config
from shared.context import Ctx
from shared.errors import Refused
from shared.policy import Who, policy
from shared.web.guard import safe_next
from shared.web.pages import page

HOME = "/contract/home"
SIGN_IN = "/contract/signin"

pages = Blueprint("signin", __name__, url_prefix=SIGN_IN, template_folder="templates")


@pages.get("")
@policy("session", "begin", Who.ANYONE)
def start(ctx: Ctx) -> Response:
    """How to sign in; every stranger is sent here. Somebody signed in already goes on."""
    if ctx.viewer.person_id:
        return _go(safe_next(request.args.get("next"), HOME))
    return page(ctx, "signin/start.html")


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
    if cookie := _cookie():
        actions.end_session(ctx, cookie.session_id)
    return _with_cookie(_go(safe_next(entry.next_path, HOME)), entry)


@pages.route("/renew", methods=["GET", "POST"])
@policy("session", "renew", Who.ANYONE)
def renew(ctx: Ctx) -> Response:
    """Back to ``next`` with a fresh cookie while the session stands; 307, so that a form on its way arrives whole."""
    onward, cookie = safe_next(request.args.get("next"), HOME), _cookie()
    if cookie is None or not actions.renew(ctx, cookie.session_id):
        return _without_cookie(_go(f"{SIGN_IN}?next={quote(onward if request.method == 'GET' else HOME)}"))
    return _with_cookie(_go(onward, 307), Entry(cookie.session_id, cookie.person_id, onward))


@pages.get("/out")
@policy("session", "end", Who.ANYONE)
def leaving(ctx: Ctx) -> Response:
    """The menu's link: signing out changes something, so it is a button."""
    return page(ctx, "signin/leaving.html")


@pages.post("/out")
@policy("session", "end", Who.ANYONE)
def sign_out(ctx: Ctx) -> Response:
    if cookie := _cookie():
        actions.end_session(ctx, cookie.session_id)
    response = _without_cookie(_go(SIGN_IN))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _config() -> Config:
    config: Config = current_app.extensions["samkontrakt"].config
    return config


def _cookie() -> SignedIn | None:
    """The browser's cookie, however old, if contract signed it."""
    value = request.cookies.get(cookie_name(secure=_config().secure))
    return read_cookie(_config().session_public_key, value) if value else None


def _go(path: str, code: int = 303) -> Response:
    return make_response(redirect(path, code))


def _with_cookie(response: Response, entry: Entry) -> Response:
    """Kept by the browser until it is closed: the computer may be the family's."""
    config = _config()
    assert config.session_key is not None  # noqa: S101 - contract is never configured without it
    value = sign_cookie(config.session_key, config.session_public_key, entry.session_id, entry.person_id)
    name = cookie_name(secure=config.secure)
    response.set_cookie(name, value, httponly=True, samesite="Lax", secure=config.secure, path="/")
    return response


def _without_cookie(response: Response) -> Response:
    config = _config()
    name = cookie_name(secure=config.secure)
    response.delete_cookie(name, httponly=True, samesite="Lax", secure=config.secure, path="/")
    return response
