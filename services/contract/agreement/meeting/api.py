"""What the patient prepares for the next contact, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.meeting import actions, store
from services.contract.agreement.meeting.schemas import PrepareBody, PrepareJson
from services.contract.agreement.reading.pages import by_contract
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import ALL_READ, CARE, side_of
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource

HERE = "/contracts/<uuid:contract_id>/next-contact/preparation"
api = Door("meeting", __name__, "What the patient wants from the next meeting.", HERE)
EMPTY: dict[str, Any] = {"questions": "", "comes_with": "", "expects": "", "version": 0}


def _of(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    row = next_contacts.current(ctx.session, contract_id)
    prepared = store.of(ctx.session, row.id) if row else None
    known = {name: getattr(prepared, name, EMPTY.get(name)) for name in PrepareJson().fields}
    return {**known, "next_contact_id": row.id if row else None}


def _hold(ctx: Ctx, contract_id: UUID) -> None:
    next_contacts.current(ctx.session, contract_id, lock=True)


PREPARATION = Resource(PrepareJson, of=_of, hold=_hold)


@api.read("", PREPARATION)
@policy("preparation", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="read what you prepared for the meeting")
def read_preparation(ctx: Ctx, contract_id: UUID) -> None:
    """What is prepared for the next contact."""


@api.change("", PREPARATION, PrepareBody)
@policy("preparation", "write", Who.PATIENT, *CARE, about=by_contract, log="wrote what you prepared for the meeting")
def prepare(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Let it be so. There must be a next contact."""
    seen = _of(ctx, contract_id)["version"]
    actions.prepare(ctx, contract_id, side_of(ctx), seen=seen, **data)
