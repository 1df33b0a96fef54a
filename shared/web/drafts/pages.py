"""The page that gives back what was typed: one press sends it, with the session of now, as if it had just been written."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Who, policy
from shared.service import Service
from shared.web.drafts import actions
from shared.web.pages import back, page
from shared.web.ways import kept_at, kept_cookie

SAID = {"gone": _l("It is thrown away. Nothing was sent.")}


def drafts(service: str) -> Blueprint:
    """The blueprint under ``/<service>/kept``."""
    pages = Blueprint("drafts", __name__, url_prefix=kept_at(service))

    @pages.get("")
    @policy("draft", "read", Who.SIGNED_IN)
    def show(ctx: Ctx) -> Response:
        found = []
        if ctx.viewer.person_id:
            found = actions.of(ctx.session, _service().config.form_keys, ctx.viewer.person_id)
        answer = page(ctx, "web/kept.html", drafts=found)
        if not found:
            forget_cookie(answer, service)
        return answer

    @pages.post("")
    @policy("draft", "throw_away", Who.SIGNED_IN)
    def throw_away(ctx: Ctx) -> Response:
        actions.let_go(ctx.session, ctx.viewer.person_id, request.form.get("draft", ""))
        return back(kept_at(service), said="drafts.gone")

    return pages


def told(service: str, answer: AnyResponse) -> AnyResponse:
    """The answer, with a cookie that says where something is kept: how somebody signs in again is not known yet."""
    answer.set_cookie(
        kept_cookie(service),
        "1",
        max_age=int(actions.KEPT_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


def forget_cookie(answer: Response, service: str) -> None:
    if kept_cookie(service) in request.cookies:
        answer.delete_cookie(kept_cookie(service), httponly=True, samesite="Lax", secure=request.is_secure)


def _service() -> Service:
    return cast(Service, current_app.extensions["samkontrakt"])
