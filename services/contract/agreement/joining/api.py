"""The patient's yes to working this way, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.joining import actions, store
from services.contract.agreement.joining.schemas import AnswerBody, JoiningJson, ToldAnswerBody
from services.contract.agreement.reading.api import HERE, hold
from services.contract.agreement.reading.pages import READERS, by_contract, may_confirm
from services.contract.next_contact.pages import CARE
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource

api = Door("joining", __name__, "Whether the patient wants to work this way.", f"{HERE}/joining")


def _joining(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    row = store.answer(ctx.session, contract_id)
    return {name: getattr(row, name, None) for name in JoiningJson().fields}


JOINING = Resource(JoiningJson, of=_joining, hold=hold)


@api.read("", JOINING)
@policy("agreement", "see_joining", *READERS, about=by_contract, log="saw what you answered to working this way")
def read_joining(ctx: Ctx, contract_id: UUID) -> None:
    """What was answered, by whom and how."""


@api.act("/answers", JOINING, AnswerBody)
@policy("agreement", "join", Who.PATIENT, Who.DELEGATE, about=by_contract, log="answered about working this way")
def answer(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """One's own answer, or for somebody who lets one say yes. No ends the contract."""
    if not may_confirm(ctx):
        raise NotFound
    actions.answer(ctx, contract_id, **data)


@api.act("/answers/told", JOINING, ToldAnswerBody)
@policy("agreement", "note_joining", *CARE, about=by_contract, log="wrote down what you answered to working this way")
def told(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Write down what the patient answered; the care never answers for them."""
    actions.note_told(ctx, contract_id, **data)
