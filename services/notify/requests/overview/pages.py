"""What an admin sees of requests: how many, with whom, how late. Never whom they are about or what they say."""

from __future__ import annotations

from flask import Blueprint, Response

from services.notify.requests.overview import store
from shared.context import Ctx
from shared.policy import Who, policy
from shared.time import zone_of
from shared.web.pages import page

pages = Blueprint("overview", __name__, url_prefix="/notify/overview", template_folder="templates")


@pages.get("")
@policy("request", "count", Who.ADMIN)
def show(ctx: Ctx) -> Response:
    mine = {role.unit_id for role in ctx.viewer.roles if role.role == "admin"}
    units = sorted(ctx.directory.units(ctx.session, mine).values(), key=lambda unit: unit.name)
    found = []
    for unit in units:
        rows = store.by_responsible(ctx.session, unit.unit_id, ctx.now)
        people = ctx.directory.people(ctx.session, {row.responsible_id for row in rows if row.responsible_id})
        lately = store.answered_lately(ctx.session, unit.unit_id, ctx.now)
        found.append({"unit": unit, "rows": rows, "people": people, "lately": lately, "zone": zone_of(unit.zone)})
    return page(ctx, "overview/show.html", units=found)
