"""The browser's side of a session: the cookie it gets when it begins, a fresh one while it stands, none after it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, make_response, redirect, request

from services.contract.signin.sessions import actions
from services.contract.signin.sessions.actions import HOME, Entry
from shared.auth import SignedIn, cookie_name, read_cookie, sign_cookie
from shared.config import Config
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.guard import RENEW, SIGN_IN, safe_next
from shared.web.pages import page

pages = Blueprint("sessions", __name__, template_folder="templates")


def enter(ctx: Ctx, entry: Entry) -> Response:
    """Into the session that has just begun, and on to where its person was going. The one this browser had before
    ends."""
    if cookie := _cookie():
        actions.end_session(ctx, cookie.session_id)
    return _with_cookie(_go(safe_next(entry.next_path, HOME)), entry)


@pages.route(RENEW, methods=["GET", "POST"])
@policy("session", "renew", Who.ANYONE)
def renew(ctx: Ctx) -> Response:
    """Back to ``next`` with a fresh cookie while the session stands; 307, so that a form on its way arrives whole."""
    onward, cookie = safe_next(request.args.get("next"), HOME), _cookie()
    if cookie is None or not actions.renew(ctx, cookie.session_id):
        return _without_cookie(_go(f"{SIGN_IN}?next={quote(onward if request.method == 'GET' else HOME)}"))
    return _with_cookie(_go(onward, 307), Entry(cookie.session_id, cookie.person_id, onward))


@pages.get(f"{SIGN_IN}/out")
@policy("session", "end", Who.ANYONE)
def leaving(ctx: Ctx) -> Response:
    """The menu's link: signing out changes something, so it is a button."""
    return page(ctx, "sessions/leaving.html")


@pages.post(f"{SIGN_IN}/out")
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
