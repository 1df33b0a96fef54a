"""Minutes spent on an agreement, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.minutes import actions, store
from services.contract.agreement.minutes.schemas import MinutesBody, MinutesJson
from services.contract.agreement.minutes.tables import StaffMinutes
from services.contract.agreement.reading.pages import by_contract
from services.contract.next_contact.pages import CARE
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/minutes"
api = Door("minutes", __name__, "The time that staff spend on an agreement.", HERE)


def _of(ctx: Ctx, contract_id: UUID, minutes_id: int) -> StaffMinutes:
    row = next(iter(store.page(ctx.session, contract_id, 1, before=minutes_id + 1)), None)
    if row is None or row.id != minutes_id:
        raise NotFound
    return row


MINUTES = Resource(MinutesJson, of=_of)


@api.list("", MinutesJson)
@policy("minutes", "read", *CARE, about=by_contract, log="saw how much time your agreement has taken")
def list_minutes(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[StaffMinutes]:
    """The newest first."""
    page: Page = asked["page"]
    rows = store.page(ctx.session, contract_id, page.more, before=page.after[0] if page.after else None)
    return page.of(rows, lambda row: [row.id])


@api.read("/<int:minutes_id>", MINUTES)
@policy("minutes", "read", *CARE, about=by_contract, log="saw how much time your agreement has taken")
def read_minutes(ctx: Ctx, contract_id: UUID, minutes_id: int) -> None:
    """One note."""


@api.create("", MINUTES, MinutesBody)
@policy("minutes", "note", *CARE, about=by_contract, log="noted time spent on your agreement")
def note_minutes(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, Any]:
    """Note minutes spent."""
    return {"contract_id": contract_id, "minutes_id": actions.note(ctx, contract_id, **data)}
