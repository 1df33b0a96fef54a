"""Pausing a delegate on one page: why, and to which day."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.delegates import store
from services.contract.delegates.legal.pages import by_grant_here
from services.contract.delegates.pausing import actions
from services.contract.delegates.pausing.schemas import PauseForm
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("pausing", __name__, url_prefix="/contract/delegates/pausing", template_folder="templates")
SAID = {
    "paused": _l("Paused. They see nothing and can do nothing until then."),
    "resumed": _l("It is no longer paused."),
}
MAY = (Who.CONTACT, Who.DEPUTY, Who.STAFF, Who.ADMIN)


@pages.get("/<uuid:delegation_id>")
@policy("delegation", "pause", *MAY, about=by_grant_here, log="opened the form to pause somebody you let help you")
def form(ctx: Ctx, delegation_id: UUID) -> Response:
    return _form(ctx, delegation_id)


@pages.post("/<uuid:delegation_id>")
@policy("delegation", "pause", *MAY, about=by_grant_here, log="paused somebody you let help you")
def pause(ctx: Ctx, delegation_id: UUID) -> Response:
    data, errors = read_form(PauseForm())
    errors = errors or tried(ctx, partial(actions.pause, ctx, delegation_id, **data))
    return _form(ctx, delegation_id, errors) if errors else _back(ctx, "paused")


@pages.post("/<uuid:delegation_id>/resume")
@policy("delegation", "resume", *MAY, about=by_grant_here, log="ended a pause of what you let somebody do")
def resume(ctx: Ctx, delegation_id: UUID) -> Response:
    actions.resume(ctx, delegation_id)
    return _back(ctx, "resumed")


def _form(ctx: Ctx, delegation_id: UUID, errors: Errors | None = None) -> Response:
    grant = store.get(ctx.session, delegation_id)
    if grant is None or grant.state == "ended":
        raise NotFound
    names = ctx.directory.people(ctx.session, [grant.patient_id, grant.delegate_id])
    status = 422 if errors else 200
    return page(ctx, "pausing/form.html", status=status, errors=errors or {}, grant=grant, names=names)


def _back(ctx: Ctx, said: str) -> Response:
    patient = ctx.subject.patient_id if ctx.subject else None
    return back(f"/contract/delegates/of/{patient}", said=f"pausing.{said}")
