"""The verb of keeping: note how one's own commitment went."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.contract.agreement import store as agreements
from services.contract.agreement.actions import locked
from services.contract.agreement.content.domain import Part, from_json
from services.contract.agreement.content.seeing.domain import seen
from services.contract.agreement.keeping.domain import Kept, side_for
from services.contract.agreement.keeping.tables import CommitmentNote
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.told.domain import check_been, how_told
from services.contract.next_contact.domain import Side
from services.contract.units.store import today_at
from shared.context import Ctx
from shared.errors import NotFound


def note(
    ctx: Ctx, contract_id: UUID, item_id: str, writer: Side, *, kept: Kept, on_day: date, words: str, how: str | None
) -> int:
    """Note how a commitment in force went on a day. Each side notes its own; the contact may write down what the patient
    told of the patient's and the family's, and then says ``how``.

    Returns the note's id. ``NotFound`` for a commitment that is not in force, ``Refused`` for a day to come.
    """
    contract, item, by = locked(ctx, contract_id), in_force(ctx, contract_id, item_id), ctx.viewer.person_id
    if by is None:
        raise NotFound
    told = how_told(whose=side_for(item["by"]), writer=writer, how=how)
    check_been(on_day, today_at(ctx, contract.unit_id), field="on_day")
    row = CommitmentNote(
        contract_id=contract_id,
        item_id=item_id,
        who=item["by"],
        commitment=item["text"],
        kept=kept,
        on_day=on_day,
        words=words,
        how=told,
        by=by,
        at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def in_force(ctx: Ctx, contract_id: UUID, item_id: str) -> dict[str, Any]:
    """The commitment in the version that both stand by. ``NotFound`` where it holds none that this viewer is shown."""
    item = next((one for one in all_in_force(ctx, contract_id) if one["id"] == item_id), None)
    if item is None:
        raise NotFound
    return item


def all_in_force(ctx: Ctx, contract_id: UUID) -> list[dict[str, Any]]:
    """The commitments in the version that both stand by, as far as this viewer is shown them; none where none is."""
    contract, active = (
        agreements.contract(ctx.session, contract_id),
        agreements.in_state(ctx.session, contract_id, "active"),
    )
    if contract is None or active is None:
        return []
    return seen(from_json(active.content), sight_of(ctx, contract.patient_id)).items(Part.COMMITMENTS)
