"""Patients per contact, for the admin."""

from __future__ import annotations

from flask import Blueprint, Response

from services.contract.named_contact.load.store import loads
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.pages import page

pages = Blueprint("load", __name__, url_prefix="/contract/named-contact/load", template_folder="templates")


@pages.get("")
@policy("named_contact", "list_load", Who.ADMIN)
def list_(ctx: Ctx) -> Response:
    """Counts alone: no patient is named."""
    return page(ctx, "load/list.html", loads=loads(ctx.session, run_by(ctx.viewer.roles), ctx.now))
