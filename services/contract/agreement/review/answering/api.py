"""Looking again as JSON: begin, answer the seven questions, keep what there is; and the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement import store as agreements
from services.contract.agreement.confirming.pages import side_of
from services.contract.agreement.reading.api import HERE, hold
from services.contract.agreement.reading.pages import WITH_PART, by_contract, may_confirm
from services.contract.agreement.review import actions, store
from services.contract.agreement.review.answering.pages import may_answer, written_down
from services.contract.agreement.review.answering.schemas import AnswersBody, KeepBody, ReviewJson
from services.contract.agreement.review.domain import choices
from services.contract.agreement.review.pages import ANSWERERS, begun_by, compared
from services.contract.agreement.review.tables import Review
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import policy
from shared.web.api.door import Door, Resource
from shared.web.api.problem import Problem

api = Door("review", __name__, "Looking again together: the seven questions, keeping, the receipt.", f"{HERE}/review")


def _review(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    active = agreements.in_state(ctx.session, contract_id, "active")
    review, latest = store.open_review(ctx.session, contract_id), store.latest(ctx.session, contract_id)
    noted = store.documented(ctx.session, active.id) if active else None
    found, mine = compared(latest, review, noted), side_of(ctx)
    shown = {side: row for side, row in latest.items() if side is mine or found["both"]}
    return {
        "state": contract.state,
        "reason": review.reason if review else None,
        "opened_at": review.opened_at if review else None,
        "review_on": contract.review_on,
        "shown": active.content_hash if active else None,
        "patient": shown.get(Side.PATIENT),
        "care": shown.get(Side.CARE),
        "begun": begun_by(ctx, contract_id, mine),
        "answered": sorted(latest),
        "still_to_answer": found["waiting_for"],
        "kept_by": _kept_by(review),
        "differ": found["differ"],
        "receipt": found["receipt"],
        "documented_on": noted.on_day if noted else None,
    }


def _kept_by(review: Review | None) -> list[Side]:
    kept = {Side.PATIENT: review.kept_by_patient, Side.CARE: review.kept_by_care} if review else {}
    return [side for side, by in kept.items() if by]


REVIEW = Resource(ReviewJson, of=_review, hold=hold)


@api.read("", REVIEW)
@policy("seven_questions", "read", *WITH_PART, about=by_contract, log="saw the answers to the seven questions")
def read_review(ctx: Ctx, contract_id: UUID) -> None:
    """Where looking again stands, what both sides answered, and whether there is a receipt."""


@api.act("/beginning", REVIEW)
@policy("review", "begin", *ANSWERERS, about=by_contract, log="asked to look at the agreement again")
def begin(ctx: Ctx, contract_id: UUID) -> None:
    """Look at the agreement in force before its day."""
    actions.ask_for_review(ctx, contract_id)


@api.act("/answers", REVIEW, AnswersBody)
@policy("seven_questions", "answer", *ANSWERERS, about=by_contract, log="answered some of the seven questions")
def answer(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """What is answered is kept; once all seven are there they count, and a no begins a review."""
    asked = may_answer(ctx, data["side"])
    if written_down(ctx, asked) != (data["how"] != "web"):
        raise Refused(_l("Choose how the patient answered."), field="how")
    if wrong := [question for question, said in data["answers"].items() if said not in choices(question)]:
        raise Problem(422, errors=[(f"/answers/{question}", _l("Answer yes or no.")) for question in wrong])
    actions.answer(ctx, contract_id, asked, data["answers"], how=data["how"])


@api.act("/keeping", REVIEW, KeepBody)
@policy("review", "keep", *ANSWERERS, about=by_contract, log="wanted to keep the agreement as it is")
def keep(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """One side keeps it as it is; when both do, it is in force with a new day to look at it."""
    if not may_confirm(ctx):
        raise NotFound
    actions.keep(ctx, contract_id, side_of(ctx), **data)
