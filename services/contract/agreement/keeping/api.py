"""How commitments went, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.confirming.pages import side_of
from services.contract.agreement.keeping import actions, store
from services.contract.agreement.keeping.schemas import KeptBody, KeptJson
from services.contract.agreement.keeping.tables import CommitmentNote
from services.contract.agreement.reading.pages import READERS, by_contract
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/commitment-notes"
api = Door("keeping", __name__, "How the commitments of patient, family and care went.", HERE)


def _notes(ctx: Ctx, contract_id: UUID, most: int, before: int | None) -> list[CommitmentNote]:
    """Of the commitments in force that the viewer is shown."""
    items = [item["id"] for item in actions.all_in_force(ctx, contract_id)]
    return store.of_items(ctx.session, contract_id, items, most, before=before)


def _of(ctx: Ctx, contract_id: UUID, note_id: int) -> CommitmentNote:
    row = next(iter(_notes(ctx, contract_id, 1, note_id + 1)), None)
    if row is None or row.id != note_id:
        raise NotFound
    return row


NOTE = Resource(KeptJson, of=_of)


@api.list("", KeptJson)
@policy("commitments", "read", *READERS, about=by_contract, log="saw how the commitments went")
def list_notes(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[CommitmentNote]:
    """About the commitments in force, the newest first."""
    page: Page = asked["page"]
    rows = _notes(ctx, contract_id, page.more, page.after[0] if page.after else None)
    return page.of(rows, lambda row: [row.id])


@api.read("/<int:note_id>", NOTE)
@policy("commitments", "read", *READERS, about=by_contract, log="saw how a commitment went")
def read_note(ctx: Ctx, contract_id: UUID, note_id: int) -> None:
    """One note."""


@api.create("", NOTE, KeptBody)
@policy(
    "commitments", "note", Who.PATIENT, Who.CONTACT, Who.DEPUTY, about=by_contract, log="noted how a commitment went"
)
def note(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, Any]:
    """Note how one of one's own side's commitments went."""
    item_id = data.pop("item_id")
    return {"contract_id": contract_id, "note_id": actions.note(ctx, contract_id, item_id, side_of(ctx), **data)}
