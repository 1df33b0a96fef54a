"""The next contact as JSON: suggest, say yes, ask for another time, end, and what has been said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.named_contact import store as named_contacts
from services.contract.next_contact import actions, store
from services.contract.next_contact.closing import actions as closing
from services.contract.next_contact.closing.schemas import CancelBody, EndBody, then_in
from services.contract.next_contact.domain import Act, How, Said, Side
from services.contract.next_contact.pages import ALL_READ, CARE, by_contract, side_of
from services.contract.next_contact.recording.actions import record
from services.contract.next_contact.recording.schemas import ToldBody
from services.contract.next_contact.schemas import (
    AcceptBody,
    NextContactJson,
    StepJson,
    SuggestBody,
    WordsBody,
)
from services.contract.next_contact.tables import NextContactStep
from services.contract.next_contact.terms import actions as how_to_meet
from services.contract.next_contact.terms.schemas import TermsBody, terms_in
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/next-contact"
api = Door("next_contact", __name__, "The next time patient and care meet, and how they agree on it.", HERE)


def _hold(ctx: Ctx, contract_id: UUID) -> None:
    """The cover's row too: before there is a next contact, two who suggest the first one meet there."""
    named_contacts.cover(ctx.session, contract_id)
    store.current(ctx.session, contract_id, lock=True)


def _shown(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    row = store.current(ctx.session, contract_id)
    if row is None:
        nothing = dict.fromkeys(NextContactJson().fields)
        return {**nothing, "contract_id": contract_id, "version": 0}
    known = {field: getattr(row, field, None) for field in NextContactJson().fields}
    times = {"local": row.starts_local, "starts": store.times(row).agreed, "suggested": row.suggested_local}
    return {**known, **times}


NEXT = Resource(NextContactJson, of=_shown, hold=_hold)


@api.read("", NEXT)
@policy("next_contact", "read", Who.PATIENT, Who.DELEGATE, *ALL_READ, about=by_contract, log="saw the next contact")
def read_next_contact(ctx: Ctx, contract_id: UUID) -> None:
    """The next contact that is still to come."""


@api.list("/history", StepJson)
@policy("next_contact", "read", Who.PATIENT, Who.DELEGATE, *ALL_READ, about=by_contract, log="saw the next contact")
def list_history(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[NextContactStep]:
    """Everything said about this contract's next contacts, the newest first."""
    page: Page = asked["page"]
    rows = store.history_after(ctx.session, contract_id, page.after[0] if page.after else None, page.more)
    return page.of(rows, lambda step: [step.id])


@api.act("/suggestion", NEXT, SuggestBody)
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_contract, log="suggested a time")
def suggest(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Suggest a time, or another one instead. A time agreed before stands until this one is."""
    actions.suggest(ctx, contract_id, side_of(ctx), **data)


@api.act("/acceptance", NEXT, AcceptBody)
@policy("next_contact", "accept", Who.PATIENT, *CARE, about=by_contract, log="said yes to a time")
def accept(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Say yes to the suggested time that was shown."""
    actions.accept(ctx, contract_id, side_of(ctx), **data)


@api.act("/another", NEXT, WordsBody)
@policy("next_contact", "ask another", Who.PATIENT, about=by_contract, log="asked for another time")
def ask_another(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """The patient can't, or would rather have another time: somebody is asked to find one."""
    actions.ask_another(ctx, contract_id, **data)


@api.act("/terms", NEXT, TermsBody)
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_contract, log="suggested how to meet next")
def propose(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Suggest how to meet: a set time, a window, when the patient asks, or after something has happened."""
    terms, local = terms_in(data)
    how_to_meet.propose(ctx, contract_id, side_of(ctx), terms, local=local)


@api.act("/terms/acceptance", NEXT)
@policy("next_contact", "accept", Who.PATIENT, *CARE, about=by_contract, log="said yes to how to meet next")
def accept_terms(ctx: Ctx, contract_id: UUID) -> None:
    """Say yes to how to meet, as it was when it was read."""
    row = actions.locked(ctx, contract_id)
    how_to_meet.accept_terms(ctx, contract_id, side_of(ctx), seen=row.revision)


@api.act("/told", NEXT, ToldBody)
@policy("next_contact", "record", *CARE, about=by_contract, log="wrote down what the patient answered")
def told(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """The patient's answer, told by phone, on paper or in a meeting."""
    said = Said(How(data.pop("how")), data.pop("told_on"))
    record(ctx, contract_id, data.pop("answer"), said, seen=None, **data)


@api.act("/cancellation", NEXT, CancelBody)
@policy("next_contact", "cancel", Who.PATIENT, about=by_contract, log="cancelled the next contact")
def cancel(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """The patient cancels, with another suggestion or a reason why none."""
    closing.end(ctx, contract_id, Act.CANCEL_BY_PATIENT, Side.PATIENT, data["words"], then=then_in(data))


@api.act("/end", NEXT, EndBody)
@policy("next_contact", "end", *CARE, about=by_contract, log="noted how the next contact went")
def end(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """It took place, was missed, or will not be; and what comes after."""
    closing.end(ctx, contract_id, Act(data["act"]), Side.CARE, data["words"], then=then_in(data))
