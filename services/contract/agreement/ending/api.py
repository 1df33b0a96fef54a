"""Ending an agreement, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.ending import actions
from services.contract.agreement.ending.pages import ENDERS
from services.contract.agreement.ending.schemas import EndingBody
from services.contract.agreement.reading.api import HERE, hold, status
from services.contract.agreement.reading.pages import by_contract, found
from services.contract.agreement.schemas import ContractStatusJson
from services.contract.next_contact.pages import side_of
from shared.context import Ctx
from shared.policy import policy
from shared.web.api.door import Door, Resource

api = Door("ending", __name__, "The patient ends it at any time, the care with a reason.", HERE)
STATUS = Resource(ContractStatusJson, of=lambda ctx, contract_id: status(found(ctx, contract_id)), hold=hold)


@api.act("/ending", STATUS, EndingBody)
@policy("agreement", "end", *ENDERS, about=by_contract, log="ended the agreement")
def end_agreement(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """It holds no longer: the agreed time is cancelled, contacts and review end with it. All of it stays readable."""
    actions.end(ctx, contract_id, side_of(ctx), data["reason"])
