"""The browser's side of a session: the cookie it gets when it begins, a fresh one while it stands, none after it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, request

from services.contract.signin.devices.domain import device
from services.contract.signin.sessions import actions
from services.contract.signin.sessions.actions import HOME, Entry
from shared.auth import SignedIn, cookie_name, sign_cookie
from shared.config import Config
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.guard import signed_in
from shared.web.pages import page
from shared.web.ways import RENEW, SIGN_IN, kept_pages, page_asked_for, safe_next, sign_in_address, whole_page

pages = Blueprint("sessions", __name__, template_folder="templates")


def enter(ctx: Ctx, entry: Entry) -> Response:
    """Into the session that has just begun, and on to where its person was going. The one this browser had before
    ends. What was typed there and not sent comes first."""
    before = cookie.session_id if (cookie := _cookie()) else None
    actions.settle(ctx, entry, device(request.user_agent.string), before)
    kept = next(iter(kept_pages()), None)
    return _with_cookie(_go(kept or safe_next(entry.next_path, HOME)), entry)


@pages.route(RENEW, methods=["GET", "POST"])
@policy("session", "renew", Who.ANYONE)
def renew(ctx: Ctx) -> Response:
    """Back to ``next`` with a fresh cookie while the session stands; 307, so that a form on its way arrives whole. It goes back
    without one when the session is over: whose form it is keeps it.

    A part of a page that asks by itself, now and then, is not somebody who uses the page."""
    onward, cookie = safe_next(request.args.get("next"), HOME), _cookie()
    by_itself = request.method == "GET" and "HX-Request" in request.headers
    stands = actions.renew(ctx, cookie.session_id, used=not by_itself) if cookie else None
    if stands:
        return _with_cookie(_go(onward, 307), stands)
    if request.method == "POST":
        return _without_cookie(_go(onward, 307))
    return _without_cookie(make_response(whole_page(sign_in_address(page_asked_for(onward)))))


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
    return signed_out()


def signed_out() -> Response:
    """The answer to whoever has just ended their own session."""
    response = _without_cookie(_go(SIGN_IN))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get(f"{SIGN_IN}/left")
@policy("session", "look", Who.ANYONE)
def left(ctx: Ctx) -> Response:
    """How many seconds the session stands if nobody uses it, for the page that warns before. Asking is not using it."""
    cookie = _cookie()
    return _seconds(actions.look(ctx, cookie.session_id) if cookie else None)


@pages.post(f"{SIGN_IN}/stay")
@policy("session", "renew", Who.ANYONE)
def stay(ctx: Ctx) -> Response:
    """The button of that warning: as ``renew``, and says the same."""
    cookie = _cookie()
    entry = actions.renew(ctx, cookie.session_id) if cookie else None
    return _with_cookie(_seconds(actions.look(ctx, entry.session_id)), entry) if entry else _seconds(None)


def _seconds(left: timedelta | None) -> Response:
    return jsonify(left=int(left.total_seconds()) if left else 0)


def _config() -> Config:
    config: Config = current_app.extensions["samkontrakt"].config
    return config


def _cookie() -> SignedIn | None:
    return signed_in(_config())


def _go(path: str, code: int = 303) -> Response:
    return make_response(redirect(path, code))


def _with_cookie(response: Response, entry: Entry) -> Response:
    """Kept by the browser until it is closed: the computer may be the family's."""
    config = _config()
    assert config.session_key is not None  # noqa: S101 - contract is never configured without it
    vouched_at = entry.vouch.at.timestamp() if entry.vouch.at else 0
    value = sign_cookie(
        config.session_key,
        entry.session_id,
        entry.person_id,
        until=entry.until.timestamp(),
        vouched_at=vouched_at,
        strong=entry.vouch.strong,
    )
    name = cookie_name(secure=config.secure)
    response.set_cookie(name, value, httponly=True, samesite="Lax", secure=config.secure, path="/")
    return response


def _without_cookie(response: Response) -> Response:
    config = _config()
    name = cookie_name(secure=config.secure)
    response.delete_cookie(name, httponly=True, samesite="Lax", secure=config.secure, path="/")
    return response
