"""The measures of one unit as JSON, for its admins and its head."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.measures import store
from services.contract.agreement.measures.domain import Shown, all_shown
from services.contract.agreement.measures.schemas import MeasureJson
from services.contract.agreement.measures.words.domain import DEFINITIONS
from services.contract.units.api import by_unit
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door
from shared.web.api.paging import Listed, Page

api = Door("measures", __name__, "Power and time: counts with their definitions.", "/units/<uuid:unit_id>/measures")


@api.list("", MeasureJson)
@policy("measures", "read", Who.STAFF, Who.ADMIN, about=by_unit)
def list_measures(ctx: Ctx, asked: dict[str, Any], unit_id: UUID) -> Listed[dict[str, Any]]:
    """Every measure, in a set order. What fewer than five patients stand behind is null."""
    if unit_id not in store.units_run(ctx):
        raise NotFound
    page: Page = asked["page"]
    counted = {key: one for (_unit, key), one in store.counted(ctx.session, [unit_id]).items()}
    rows = [_row(key, found) for key, found in all_shown(counted).items()]
    return page.cut(rows, lambda row: [row["key"]])


def _row(key: str, found: Shown) -> dict[str, Any]:
    name, counted, of_what = map(str, DEFINITIONS[key])
    numbers = {"numerator": found.numerator, "denominator": found.denominator, "share": found.share}
    return {"key": key, "name": name, "counted": counted, "of_what": of_what, **numbers}
