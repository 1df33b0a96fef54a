"""Patients per contact, for the admin."""

from __future__ import annotations

from flask import Blueprint, Response, request

from services.contract.named_contact.load.store import loads
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.pages import page

pages = Blueprint("load", __name__, url_prefix="/contract/named-contact/load", template_folder="templates")
SHOWN = 25


@pages.get("")
@policy("named_contact", "list_load", Who.ADMIN)
def list_(ctx: Ctx) -> Response:
    """Counts alone: no patient is named."""
    number = max(1, request.args.get("page", 1, int))
    first = (number - 1) * SHOWN
    found = loads(ctx, run_by(ctx.viewer.roles), first=first, limit=SHOWN + 1)
    return page(ctx, "load/list.html", loads=found[:SHOWN], number=number, more=len(found) > SHOWN)
