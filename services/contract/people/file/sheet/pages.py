"""A unit's register as a file, for its admin."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from services.contract.people.file.sheet import store
from services.contract.people.file.sheet.domain import sheet
from services.contract.units.pages import by_unit
from shared.context import Ctx
from shared.policy import Who, policy

pages = Blueprint("sheet", __name__, url_prefix="/contract/people/file")


@pages.get("/<uuid:unit_id>.csv")
@policy("person", "export", Who.ADMIN, about=by_unit, log="took the register out as a file, with your name in it")
def register(ctx: Ctx, unit_id: UUID) -> Response:
    """Everybody the unit knows. Nobody reads in it how somebody protected is reached; its name tells nothing."""
    people = list(store.listed(ctx.session, unit_id))
    ctx.saw(key for key, one in people if one.kind == "patient")
    response = Response(sheet(one for _key, one in people), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response
