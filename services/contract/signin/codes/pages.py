"""Asking for a code, writing it, and the link in the mail: it shows a button, so what only looks at links spends none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.contract.people.identity.domain import WrongIdentity, read_identity
from services.contract.signin.codes import actions, store
from services.contract.signin.codes.domain import LASTS, SECRET_BYTES
from services.contract.signin.codes.schemas import AskForm, CodeForm
from services.contract.signin.sessions.actions import HOME
from services.contract.signin.sessions.pages import enter as go_in
from services.contract.signin.throttle.actions import From
from services.contract.units.domain import HOME_ZONE
from shared.auth import code_hash, is_signin_code, read_signin_token
from shared.config import Config
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.policy import Who, policy
from shared.time import to_local
from shared.web.forms import Errors, read_form
from shared.web.pages import page
from shared.web.ways import SIGN_IN, safe_next

pages = Blueprint("codes", __name__, url_prefix=f"{SIGN_IN}/code", template_folder="templates")
COOKIE = "samkontrakt-code"


@pages.get("")
@policy("session", "begin", Who.ANYONE)
def start(ctx: Ctx) -> Response:
    _only_where_allowed(ctx)
    return _page(ctx, "codes/ask.html")


@pages.post("")
@policy("session", "begin", Who.ANYONE)
def ask(ctx: Ctx) -> Response | AnyResponse:
    """The same answer for everybody: on to where the code is written, or how long to wait."""
    _only_where_allowed(ctx)
    identity, errors = _whose(ctx)
    if errors:
        return _page(ctx, "codes/ask.html", status=422, errors=errors)
    mine, come = secrets.token_urlsafe(SECRET_BYTES), From(_config().form_keys[0], identity, request.remote_addr)
    if wait := actions.ask(ctx, come, code_hash(mine), safe_next(request.args.get("next"), HOME)):
        return _later(ctx, wait)
    response = redirect(url_for(".write", **_onward()), 303)
    response.set_cookie(_cookie(), mine, max_age=int(LASTS.total_seconds()), **_safe())
    return response


@pages.get("/enter")
@policy("session", "begin", Who.ANYONE)
def write(ctx: Ctx) -> Response:
    return _page(ctx, "codes/enter.html")


@pages.post("/enter")
@policy("session", "begin", Who.ANYONE)
def enter(ctx: Ctx) -> Response:
    data, errors = read_form(CodeForm())
    if errors:
        return _page(ctx, "codes/enter.html", status=422, errors=errors)
    return _let_in(ctx, lambda code_id: is_signin_code(_pair_secrets(), code_id, data["code"]))


@pages.get("/l/<token>")
@policy("session", "begin", Who.ANYONE)
def link(ctx: Ctx, token: str) -> Response:
    code_id = read_signin_token(_pair_secrets(), token)
    if code_id is None or not actions.is_open(ctx, _browser(), code_id):
        return page(ctx, "codes/elsewhere.html", status=410)
    return page(ctx, "codes/link.html")


@pages.post("/l/<token>")
@policy("session", "begin", Who.ANYONE)
def use_link(ctx: Ctx, token: str) -> Response:
    return _let_in(ctx, lambda code_id: read_signin_token(_pair_secrets(), token) == code_id)


def _let_in(ctx: Ctx, is_right: Callable[[UUID], bool]) -> Response:
    try:
        entry = actions.enter(ctx, _browser(), is_right)
    except Refused as no:
        return _page(ctx, "codes/enter.html", status=422, errors={no.field or "main": [no.text]})
    response = go_in(ctx, entry)
    response.delete_cookie(_cookie(), **_safe())
    return response


def _whose(ctx: Ctx) -> tuple[str, Errors]:
    data, errors = read_form(AskForm())
    if errors:
        return "", errors
    try:
        return read_identity(data["identity"], to_local(ctx.now, HOME_ZONE).date()).key, {}
    except WrongIdentity as wrong:
        return "", {"identity": [wrong.text]}


def _later(ctx: Ctx, wait: timedelta) -> Response:
    response = _page(ctx, "codes/ask.html", status=429, again_at=ctx.now + wait)
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _page(ctx: Ctx, template: str, **values: Any) -> Response:
    """One of the pages on the way in, each of which knows where it leads: asking once more forgets nothing."""
    again: dict[str, Any] = {"again": 1} if ctx.viewer.person_id else {}
    return page(ctx, template, onward=_onward(), ways_in=url_for("signin.start", **again, **_onward()), **values)


def _onward() -> dict[str, Any]:
    """Where to go once signed in, as a part of the addresses until then; nothing where that is home."""
    onward = safe_next(request.args.get("next"), HOME)
    return {"next": onward} if onward != HOME else {}


def _only_where_allowed(ctx: Ctx) -> None:
    if not store.some_unit_allows(ctx.session):
        raise NotFound


def _browser() -> str:
    """The hash of what this browser alone has; of nothing, when it has nothing."""
    return code_hash(request.cookies.get(_cookie(), ""))


def _pair_secrets() -> tuple[str, ...]:
    return _config().pair_secrets["notify"]


def _config() -> Config:
    config: Config = current_app.extensions["samkontrakt"].config
    return config


def _cookie() -> str:
    return f"__Host-{COOKIE}" if _config().secure else COOKIE


def _safe() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": _config().secure, "path": "/"}
