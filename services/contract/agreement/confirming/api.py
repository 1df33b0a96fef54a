"""Saying yes, or that something is wrong or unclear, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.confirming import actions
from services.contract.agreement.confirming.pages import side_of
from services.contract.agreement.reading.api import AGREEMENT, HERE
from services.contract.agreement.reading.pages import by_contract, may_confirm
from services.contract.agreement.schemas import AskBody, ConfirmBody, ToldYesBody
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import CARE
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door

api = Door("confirming", __name__, "Saying yes to exactly what was shown; asking.", f"{HERE}/agreement")
YES = (Who.PATIENT, Who.DELEGATE, Who.CONTACT)


@api.act("/confirmations", AGREEMENT, ConfirmBody)
@policy("agreement", "confirm", *YES, about=by_contract, log="agreed to the agreement")
def confirm(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """One's own side's yes. When both sides have said yes to the same, the agreement is in force."""
    if not may_confirm(ctx):
        raise NotFound
    actions.confirm(ctx, contract_id, side_of(ctx), **data)


@api.act("/confirmations/told", AGREEMENT, ToldYesBody)
@policy("agreement", "note confirming", Who.CONTACT, about=by_contract, log="wrote down that the patient agreed")
def told(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Write down how and when the patient said yes; the contact never says it for them."""
    actions.confirm(ctx, contract_id, Side.PATIENT, **data)


@api.act("/questions", AGREEMENT, AskBody)
@policy("agreement", "ask", Who.PATIENT, Who.DELEGATE, *CARE, about=by_contract, log="asked about the agreement")
def ask(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """I want to change something, or: I don't understand this."""
    actions.ask(ctx, contract_id, side_of(ctx), **data)
