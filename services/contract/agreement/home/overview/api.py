"""Contracts by what they lack, as JSON, for the admins of their units: status and dates, never contents."""

from __future__ import annotations

from typing import Any

from services.contract.agreement.home.overview.schemas import MissingQuery, OverviewJson
from services.contract.agreement.home.store import Status, statuses
from services.contract.agreement.missing import store as missing
from services.contract.agreement.missing.domain import Missing
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web import marks
from shared.web.api.door import Door
from shared.web.api.paging import Listed, Page

api = Door("overview", __name__, "Contracts by what they lack.")
PLAIN = ("patient_id", "unit_id", "state", "opened_at", "review_on")


@api.list("", OverviewJson, MissingQuery)
@policy("agreement", "list_status", Who.ADMIN, log="saw who has an agreement and how far it is")
def list_overview(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Those that have lacked it longest first."""
    page: Page = asked["page"]
    what = Missing(asked["missing"]) if asked["missing"] else None
    after = marks.read(page.after[0]) if page.after else None
    rows = missing.marks(ctx, run_by(ctx.viewer.roles), what, after, page.more)
    found = page.of(rows, lambda row: [marks.written(row)])
    since = {key: at for at, key in found.items}
    shown = statuses(ctx, list(since))
    ctx.saw(one.contract.patient_id for one in shown)
    return Listed([{**_shown(one), "since": since[one.contract.id]} for one in shown], found.mark)


def _shown(one: Status) -> dict[str, Any]:
    known = {name: getattr(one.contract, name) for name in PLAIN}
    return {
        **known,
        "contract_id": one.contract.id,
        "missing": one.missing,
        "lacks": one.needs,
        "yes": sorted(one.yes),
        "next_at": one.next_at,
        "contact_id": one.contact_id,
    }
