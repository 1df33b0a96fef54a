"""My settings: when I want quiet, in which language and how openly I am written to, with a sample of a message."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from services.notify.delivery.helpline.store import help_line
from services.notify.delivery.message import domain as message
from services.notify.delivery.preference import actions, store
from services.notify.delivery.preference.domain import MINIMAL, PLACE
from services.notify.delivery.preference.schemas import OWN_LANGUAGE, WishesForm
from shared.context import Ctx
from shared.i18n import LANGUAGES, _l
from shared.policy import Who, policy
from shared.time import to_local
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("preference", __name__, url_prefix="/notify/my/settings", template_folder="templates")

SAID = {"kept": _l("Saved. It counts from the next message.")}
STAFF_SAMPLE: dict[str, Any] = {"waiting": 3, "urgent": 1}
LANGUAGE_CHOICES = ((OWN_LANGUAGE, _l("The same as for my pages")), *LANGUAGES.items())
DETAIL_CHOICES = (
    (MINIMAL, _l("Only that I have a time, and when"), _l("Nobody who sees the message can tell what it is about.")),
    (PLACE, _l("Also where"), _l("The message names the clinic. Somebody else may see it on your phone.")),
)


@pages.get("")
@policy("preference", "read", Who.SIGNED_IN)
def show(ctx: Ctx) -> Response:
    return _form(ctx, _saved(ctx))


@pages.post("")
@policy("preference", "change", Who.SIGNED_IN)
def change(ctx: Ctx) -> Response:
    data, errors = read_form(WishesForm())
    if errors:
        return _form(ctx, _saved(ctx), errors)
    if "sample" in request.form:
        return _form(ctx, data)
    if data["language"] == OWN_LANGUAGE:
        data["language"] = None
    actions.change(ctx, _me(ctx), **data)
    return back("/notify/my/settings", said="preference.kept")


def _me(ctx: Ctx) -> UUID:
    """The policy lets nobody in who is not signed in."""
    return ctx.viewer.person_id or UUID(int=0)


def _saved(ctx: Ctx) -> dict[str, Any]:
    """The form as it stands saved."""
    wishes = store.wishes(ctx.session, _me(ctx))
    quiet = wishes.quiet_hours[0] if wishes.quiet_hours else None
    return {
        "quiet_from": quiet.start if quiet else time(),
        "quiet_to": quiet.end if quiet else time(),
        "language": wishes.language or OWN_LANGUAGE,
        "detail": wishes.detail,
    }


def _form(ctx: Ctx, wanted: dict[str, Any], errors: Errors | None = None) -> Response:
    return page(
        ctx,
        "preference/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        wanted=wanted,
        clock_of=lambda at: at.strftime("%H:%M"),
        languages_to_choose=LANGUAGE_CHOICES,
        details_to_choose=() if ctx.viewer.roles else DETAIL_CHOICES,
        sample=_sample(ctx, wanted),
        help_line=help_line(ctx),
    )


def _sample(ctx: Ctx, wanted: dict[str, Any]) -> message.Words:
    """A message as it would come: to staff of work that waits, to others of a time the day after tomorrow at nine."""
    language = ctx.viewer.language if wanted["language"] == OWN_LANGUAGE else wanted["language"]
    if ctx.viewer.roles:
        name, params = message.WORK_DIGEST, STAFF_SAMPLE
    else:
        name, params = message.TIME, {"starts_local": _soon(ctx.now), "zone": "Europe/Stockholm", "asks": True}
    place = help_line(ctx) if wanted["detail"] == PLACE else None
    link = request.url_root.rstrip("/") + message.PATHS[name]
    return message.render(name, message.newest(name), params, language=language, link=link, at=ctx.now, place=place)


def _soon(at: datetime) -> str:
    day = to_local(at, "Europe/Stockholm").date() + timedelta(days=2)
    return datetime.combine(day, time(9)).isoformat()
