"""The copy for the record as JSON, and the mark that it stands there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.reading.api import HERE, hold
from services.contract.agreement.reading.pages import READERS, by_contract
from services.contract.agreement.record.pages import copy_of, in_force
from services.contract.agreement.record.schemas import CopyJson, DocumentBody, RecordJson
from services.contract.agreement.review import actions, store
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource

api = Door("record", __name__, "The agreement in force as a record takes it.", f"{HERE}/record")


def _record(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    active = in_force(ctx, contract_id)
    noted = store.documented(ctx.session, active.id)
    where = {name: getattr(noted, name, None) for name in ("on_day", "reference", "by")}
    return {"version": active.number, "shown": active.content_hash, **where}


def _copy(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    active = in_force(ctx, contract_id)
    text = copy_of(ctx, contract_id, active)
    return {"version": active.number, "shown": active.content_hash, "text": text}


RECORD = Resource(RecordJson, of=_record, hold=hold)
COPY = Resource(CopyJson, of=_copy)


@api.read("", RECORD)
@policy("agreement", "copy", *READERS, about=by_contract, log="saw whether the agreement is in the record")
def read_record(ctx: Ctx, contract_id: UUID) -> None:
    """Where the version in force stands in the record."""


@api.read("/copy", COPY)
@policy("agreement", "copy", *READERS, about=by_contract, log="copied the agreement for the record")
def read_copy(ctx: Ctx, contract_id: UUID) -> None:
    """The text itself, in the language asked for."""


@api.act("/documentation", RECORD, DocumentBody)
@policy("agreement", "document", Who.CONTACT, Who.DEPUTY, about=by_contract, log="noted that it is in the record")
def document(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Note that the text shown stands in the record."""
    actions.document(ctx, contract_id, **data)
