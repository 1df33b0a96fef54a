"""Teach-back as JSON: what came through when the care explained."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.reading.pages import by_contract
from services.contract.agreement.understanding import actions, store
from services.contract.agreement.understanding.schemas import TeachBackBody, TeachBackJson
from services.contract.agreement.understanding.tables import TeachBack
from services.contract.next_contact.pages import ALL_READ, CARE
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/teach-backs"
api = Door("understanding", __name__, "Teach-back: did the care explain well?", HERE)


def _of(ctx: Ctx, contract_id: UUID, teach_back_id: int) -> TeachBack:
    row = next(iter(store.page(ctx.session, contract_id, 1, before=teach_back_id + 1)), None)
    if row is None or row.id != teach_back_id:
        raise NotFound
    return row


TEACH_BACK = Resource(TeachBackJson, of=_of)


@api.list("", TeachBackJson)
@policy("teach_back", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="saw if the care had explained well")
def list_teach_backs(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[TeachBack]:
    """The newest first."""
    page: Page = asked["page"]
    rows = store.page(ctx.session, contract_id, page.more, before=page.after[0] if page.after else None)
    return page.of(rows, lambda row: [row.id])


@api.read("/<int:teach_back_id>", TEACH_BACK)
@policy("teach_back", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="saw if the care had explained well")
def read_teach_back(ctx: Ctx, contract_id: UUID, teach_back_id: int) -> None:
    """One of them."""


@api.create("", TEACH_BACK, TeachBackBody)
@policy("teach_back", "note", *CARE, about=by_contract, log="noted if the care had explained well")
def note_teach_back(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, Any]:
    """Write down one teach-back."""
    return {"contract_id": contract_id, "teach_back_id": actions.note(ctx, contract_id, **data)}
