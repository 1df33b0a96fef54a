"""Changing the contact on a chosen day, as JSON: what is planned stands in the cover as ``ahead``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.named_contact.api import COVER, HERE, by_contract
from services.contract.named_contact.planning import actions
from services.contract.named_contact.planning.pages import check_own
from services.contract.named_contact.planning.schemas import ContactChangeBody, ContactDayBody, ContactStaysBody
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.door import Door

api = Door("contact_changes", __name__, "A change of contact on a chosen day, told to the patient beforehand.", HERE)


@api.act("/cover/change", COVER, ContactChangeBody)
@policy("named_contact", "change", Who.ADMIN, Who.CONTACT, about=by_contract, log="chose who your next contact is")
def change_contact(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Who takes over, and when; a contact for their own, an admin for anybody's."""
    check_own(ctx, contract_id)
    actions.change_contact(ctx, contract_id=contract_id, **data)


@api.act("/cover/change/move", COVER, ContactDayBody)
@policy("named_contact", "change", Who.ADMIN, Who.CONTACT, about=by_contract, log="moved the day of your next contact")
def move_change(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Another day for the change that is planned."""
    check_own(ctx, contract_id)
    actions.move_change(ctx, contract_id, **data)


@api.act("/cover/change/calling-off", COVER, ContactStaysBody)
@policy("named_contact", "change", Who.ADMIN, Who.CONTACT, about=by_contract, log="called off a change of your contact")
def call_off(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """The contact stays who it is."""
    check_own(ctx, contract_id)
    actions.call_off(ctx, contract_id, **data)
