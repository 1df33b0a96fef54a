"""To a provider and back. The round is kept in the browser that began it, so that no other can end it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, current_app, make_response, redirect, request
from itsdangerous import BadData, URLSafeTimedSerializer

from services.contract.signin.oidc import actions
from services.contract.signin.oidc.domain import LASTS, NotVouched, Round
from services.contract.signin.sessions.actions import HOME
from services.contract.signin.sessions.pages import enter
from shared.bus.seal import derive
from shared.config import Config
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.providers import Provider
from shared.web.pages import page
from shared.web.ways import SIGN_IN, safe_next

pages = Blueprint("oidc", __name__, url_prefix=f"{SIGN_IN}/oidc", template_folder="templates")
BACK = f"{SIGN_IN}/oidc/back"
COOKIE = "samkontrakt-round"
LONGEST_NEXT = 1000
"""Signs of an address that a cookie still holds; a longer one leads home."""

WHO = {
    "patient": _l("You who are a patient"),
    "delegate": _l("You who help a patient"),
    "staff": _l("You who work in care"),
}
log = structlog.get_logger()


def ways(next_path: str, again: str = "") -> list[tuple[Lazy, list[tuple[str, str]]]]:
    """For each kind of person the providers that vouch for them: name and address; for one kind, to do so ``again``."""
    onward = urlencode({"next": next_path, **({"again": "1"} if again else {})})
    found = [
        (
            text,
            [
                (one.name, f"{SIGN_IN}/oidc/{one.id}/{kind}?{onward}")
                for one in _config().providers
                if kind in one.kinds
            ],
        )
        for kind, text in WHO.items()
        if again in ("", kind)
    ]
    return [(text, doors) for text, doors in found if doors]


@pages.get("/<provider>/<kind>")
@policy("session", "begin", Who.ANYONE)
def go(ctx: Ctx, provider: str, kind: str) -> Response:
    """To the provider, to be vouched for as somebody of this kind."""
    found = _provider(provider)
    if found is None or kind not in found.kinds:
        raise NotFound
    onward = safe_next(request.args.get("next"), HOME)
    onward = onward if len(onward) <= LONGEST_NEXT else HOME
    asked = actions.new_round(ctx, found, kind, onward, again="again" in request.args)
    try:
        response = make_response(redirect(actions.leads_to(asked, found, _keys()[0], _back()), 303))
    except NotVouched as no:
        return _nobody(ctx, asked, no)
    kept = _rounds().dumps([asked.id, asked.provider, asked.kind, asked.next_path, asked.since])
    response.set_cookie(_cookie(), kept, max_age=int(LASTS.total_seconds()), **_safe())
    return response


@pages.get("/back")
@policy("session", "begin", Who.ANYONE)
def back(ctx: Ctx) -> Response:
    """From the provider: a session, or a page that says what to do instead. Either way the round is over."""
    asked = _asked()
    try:
        response = enter(ctx, _come_back(ctx, asked))
    except NotVouched as no:
        response = _nobody(ctx, asked, no)
    response.delete_cookie(_cookie(), **_safe())
    return response


def _come_back(ctx: Ctx, asked: Round | None) -> Any:
    found, told = _provider(asked.provider) if asked else None, request.args
    keys = [key for key in _keys() if asked and asked.is_answered_by(key, told.get("state", ""))]
    if asked is None or found is None or not keys:
        raise NotVouched("stale", "no round of this browser is waiting for this answer")
    if told.get("iss", found.issuer) != found.issuer:
        raise NotVouched("stale", "another provider answers")
    if "error" in told:
        denied = told["error"] in ("access_denied", "login_required", "interaction_required", "consent_required")
        raise NotVouched("broken_off" if denied else "not_now", "the provider says no" if denied else "an error")
    if not (code := told.get("code")):
        raise NotVouched("not_now", "no code came back")
    return actions.come_back(ctx, asked, found, keys[0], _back(), code=code)


def _nobody(ctx: Ctx, asked: Round | None, no: NotVouched) -> Response:
    log.warning("not signed in", provider=asked.provider if asked else None, why=no.why, reason=no.reason)
    return page(ctx, "oidc/not_in.html", status=403, why=no.why, next_path=asked.next_path if asked else HOME)


def _config() -> Config:
    config: Config = current_app.extensions["samkontrakt"].config
    return config


def _provider(name: str) -> Provider | None:
    return next((one for one in _config().providers if one.id == name), None)


def _back() -> str:
    return _config().public_url + BACK


def _keys() -> list[bytes]:
    """What a round's secrets are worked out with: the key of now, and the one before while it is rotated."""
    return [derive(key, "oidc round") for key in _config().form_keys]


def _rounds() -> URLSafeTimedSerializer:
    """Signs with the last of its keys, reads with any."""
    return URLSafeTimedSerializer([derive(key, "oidc cookie") for key in reversed(_config().form_keys)])


def _asked() -> Round | None:
    """The round that this browser began, unless that was too long ago."""
    try:
        kept = _rounds().loads(request.cookies.get(_cookie(), ""), max_age=int(LASTS.total_seconds()))
    except BadData:
        return None
    return Round(*kept)


def _cookie() -> str:
    return f"__Host-{COOKIE}" if _config().secure else COOKIE


def _safe() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": _config().secure, "path": "/"}
