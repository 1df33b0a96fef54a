"""The pages of a demonstration: doors to sign in by, every mail that was sent, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from deploy.mail.box import Box
from deploy.trouble import Trouble
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.pages import back, page
from shared.web.ways import safe_next

front = Blueprint("front", __name__)
demo = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates")

MAILS_PER_PAGE = 20
HOME = "/contract/home"
SAID = {"moved": _l("The demo clock has moved.")}


@dataclass(frozen=True)
class Door:
    """One way into the demonstration: whose it is, and what they are to the patient."""

    key: str
    name: str


class Doors(Protocol):
    """Who can be met in the demonstration. ``enter`` gives the one-use sign-in address, None for an unknown key; from there
    it goes on to ``next_path``."""

    def all(self, ctx: Ctx) -> Sequence[Door]: ...
    def enter(self, ctx: Ctx, key: str, next_path: str) -> str | None: ...


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration's pages show and move."""

    doors: Doors
    box: Box
    move_clock: Callable[[str], timedelta]


@front.get("/")
@policy("front door", "read", Who.ANYONE)
def start(ctx: Ctx) -> Response | AnyResponse:
    """In a demonstration the doors, otherwise the way home."""
    if not ctx.demo:
        return redirect(HOME)
    return page(ctx, "demo/doors.html", doors=_demonstration().doors.all(ctx), onward=_onward())


@demo.post("/doors/<key>")
@policy("demo door", "open", Who.ANYONE)
def enter(ctx: Ctx, key: str) -> AnyResponse:
    address = _demonstration().doors.enter(ctx, key, _onward())
    if address is None:
        raise NotFound
    return redirect(address, 303)


@demo.get("/mail")
@policy("demo mail", "read", Who.ANYONE)
def mails(ctx: Ctx) -> Response:
    before = request.args.get("before", None, int)
    found = _demonstration().box.newest(MAILS_PER_PAGE + 1, before=before)
    shown = found[:MAILS_PER_PAGE]
    older = url_for(".mails", before=shown[-1].id) if len(found) > len(shown) else None
    return page(ctx, "demo/mails.html", mails=shown, older=older, newest=before is None)


@demo.get("/mail/<int:number>")
@policy("demo mail", "read", Who.ANYONE)
def mail(ctx: Ctx, number: int) -> Response:
    found = _demonstration().box.get(number)
    if found is None:
        raise NotFound
    return page(ctx, "demo/mail.html", mail=found)


@demo.post("/clock")
@policy("demo clock", "move on page", Who.ANYONE)
def clock(ctx: Ctx) -> Response:
    try:
        _demonstration().move_clock(request.form.get("move", ""))
    except Trouble as trouble:
        raise Refused(str(trouble)) from None
    return back(safe_next(request.form.get("back"), "/"), said="demo.moved")


def _onward() -> str:
    return safe_next(request.args.get("next"), HOME)


def _demonstration() -> Demonstration:
    found: Demonstration = current_app.extensions["demonstration"]
    return found
