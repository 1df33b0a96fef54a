"""Patients per contact, as JSON: counts alone, no patient is named."""

from __future__ import annotations

from typing import Any

from services.contract.named_contact.load.schemas import LoadJson
from services.contract.named_contact.load.store import Load, loads
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.door import Door
from shared.web.api.paging import Listed, Page

api = Door("contact_loads", __name__, "How many patients each named contact has.")


@api.list("", LoadJson)
@policy("named_contact", "list_load", Who.ADMIN)
def list_loads(ctx: Ctx, asked: dict[str, Any]) -> Listed[Load]:
    """Those who work with patients at the units one runs, by unit and name."""
    page: Page = asked["page"]
    first = int(page.after[0]) if page.after else 0
    rows = loads(ctx, run_by(ctx.viewer.roles), first=first, limit=page.more)
    return page.of(rows, lambda _one: [first + page.limit])
