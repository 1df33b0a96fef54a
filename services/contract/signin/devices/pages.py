"""Where one is signed in, with a button to end each; and for admins one that ends all of somebody's."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.people import store as people
from services.contract.people.pages import by_person
from services.contract.signin.sessions import actions, store
from services.contract.signin.sessions.pages import signed_out
from shared.context import Ctx
from shared.db import database_now
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.pages import back, page

HERE = "/contract/devices"
MOST = 50
SAID = {
    "ended": _l("It is signed out there."),
    "others": _l("You are signed out everywhere else."),
    "of_person": _l("They are signed out everywhere."),
}
pages = Blueprint("devices", __name__, url_prefix=HERE, template_folder="templates")


@pages.get("")
@policy("session", "list", Who.SIGNED_IN)
def show(ctx: Ctx) -> Response:
    """The newest; somebody who is signed in on more devices than that ends the others all at once."""
    sessions = store.standing(ctx.session, _me(ctx), database_now(ctx.session), None, MOST)
    return page(ctx, "devices/show.html", sessions=sessions, this=ctx.viewer.session_id)


@pages.post("/end")
@policy("session", "end own", Who.SIGNED_IN)
def end(ctx: Ctx) -> Response:
    session_id = request.form.get("session", None, type=UUID)
    if session_id is None:
        raise NotFound
    actions.end_own(ctx, _me(ctx), session_id)
    return signed_out() if session_id == ctx.viewer.session_id else back(HERE, said="devices.ended")


@pages.post("/others")
@policy("session", "end own", Who.SIGNED_IN)
def end_others(ctx: Ctx) -> Response:
    actions.end_all(ctx, _me(ctx), but=ctx.viewer.session_id)
    return back(HERE, said="devices.others")


@pages.post("/everywhere")
@policy("session", "end own", Who.SIGNED_IN)
def end_everywhere(ctx: Ctx) -> Response:
    actions.end_all(ctx, _me(ctx))
    return signed_out()


@pages.get("/of/<uuid:person_id>")
@policy("session", "list of person", Who.ADMIN, about=by_person, log="saw on how many devices you are signed in")
def of_person(ctx: Ctx, person_id: UUID) -> Response:
    number = store.count(ctx.session, person_id, database_now(ctx.session))
    return page(ctx, "devices/of_person.html", person=people.get(ctx.session, person_id), number=number)


@pages.post("/of/<uuid:person_id>")
@policy("session", "end of person", Who.ADMIN, about=by_person, log="signed you out everywhere")
def end_of_person(ctx: Ctx, person_id: UUID) -> Response:
    actions.end_all(ctx, person_id)
    return back(f"{HERE}/of/{person_id}", said="devices.of_person")


def _me(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise NotFound
    return ctx.viewer.person_id
