"""The worklist: what waits, for whom, and how much time is left."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for

from services.notify.requests.handling.store import clinical_units
from services.notify.requests.reasons.domain import NAME_TO_COME
from services.notify.requests.telling.store import notices_for
from services.notify.requests.worklist import actions
from services.notify.requests.worklist.store import Which
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.pages import back, page

pages = Blueprint("worklist", __name__, url_prefix="/notify/worklist", template_folder="templates")

SAID = {"noted": _l("Saved.")}
LISTS: dict[Which, str] = {
    "mine": _l("Mine"),
    "deputy": _l("As deputy"),
    "unit": _l("My unit"),
}
NOTICES = {"deceased": _l("Is registered as dead. All questions are closed and nothing more is sent.")}


@pages.get("")
@policy("request", "list", Who.STAFF, log="saw a question in the worklist")
def show(ctx: Ctx) -> Response:
    """What waits for the viewer; somebody who is an admin and nothing more sees counts instead."""
    if not clinical_units(ctx):
        return cast(Response, redirect(url_for("overview.show"), 303))
    which = _chosen(request.args.get("list"))
    number = max(1, request.args.get("page", 1, int))
    lines, more = actions.lines(ctx, which, number)
    notices = notices_for(ctx.session, ctx.viewer.person_id, clinical_units(ctx)) if ctx.viewer.person_id else []
    about = {notice.patient_id for notice in notices}
    names = {one: person.name for one, person in ctx.directory.people(ctx.session, about).items()}
    ctx.saw(about)
    return page(
        ctx,
        "worklist/show.html",
        which=which,
        lists=LISTS,
        counts=actions.counts(ctx),
        lines=lines,
        number=number,
        more=more,
        notices=[
            (notice, names.get(notice.patient_id, NAME_TO_COME), NOTICES[notice.reason_key]) for notice in notices
        ],
    )


@pages.post("/notices/<uuid:notice_id>")
@policy("request", "read notice", Who.STAFF)
def noted(ctx: Ctx, notice_id: UUID) -> Response:
    actions.saw_notice(ctx, notice_id)
    return back(url_for(".show"), said="worklist.noted")


def _chosen(name: str | None) -> Which:
    return next((which for which in LISTS if which == name), "mine")
