"""Whom nobody answers for, as JSON: status only, no contents."""

from __future__ import annotations

from typing import Any

from services.contract.named_contact.schemas import UncoveredJson
from services.contract.named_contact.uncovered import store
from services.contract.named_contact.uncovered.domain import Uncovered
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web import marks
from shared.web.api.door import Door
from shared.web.api.paging import Listed, Page

api = Door("uncovered", __name__, "Contracts that lead to no named person, now or in the next two weeks.")


@api.list("", UncoveredJson)
@policy("named_contact", "list_uncovered", Who.ADMIN, log="saw whether somebody answers for you")
def list_uncovered(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """The soonest first."""
    page: Page = asked["page"]
    after = marks.read(page.after[0]) if page.after else None
    rows = store.ahead(ctx, run_by(ctx.viewer.roles), after, page.more)
    found = page.of(rows, lambda row: [marks.written((row.starts, row.contract_id))])
    shown = store.explained(ctx, found.items)
    ctx.saw(one.facts.patient_id for one in shown)
    return Listed([_shown(one) for one in shown], found.mark)


def _shown(one: Uncovered) -> dict[str, Any]:
    return {
        "contract_id": one.facts.contract_id,
        "patient_id": one.facts.patient_id,
        "unit_id": one.facts.unit.unit_id,
        "starts": one.gap.starts,
        "ends": one.gap.ends,
        "why": one.why,
        "meanwhile": one.gap.answer.kind,
        "stand_in_id": one.stand_in,
    }
