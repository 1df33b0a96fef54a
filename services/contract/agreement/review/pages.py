"""The seven questions, three to a screen; both sides' answers beside each other; keeping what there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement import store as agreements
from services.contract.agreement.confirming.pages import side_of
from services.contract.agreement.reading.pages import WITH_PART, by_contract, may_confirm
from services.contract.agreement.review import actions, store
from services.contract.agreement.review.domain import (
    Told,
    disagreements,
    has_receipt,
    still_to_answer,
)
from services.contract.agreement.review.schemas import KeepForm
from services.contract.agreement.review.tables import Documented, Review, SevenAnswers
from services.contract.agreement.review.words.domain import ANSWERS, REASONS, questions
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("review", __name__, url_prefix="/contract/review", template_folder="templates")
ANSWERERS = (Who.PATIENT, Who.DELEGATE, Who.CONTACT)

SAID = {
    "answered": _l("Your answers are saved. Both of you see them when both have answered."),
    "paused": _l("Saved. You can go on later."),
    "begun": _l("You look at the agreement again now. Begin with the seven questions."),
    "kept": _l("Saved. It goes on as it is when the other side says so too."),
    "in_force": _l("You both keep the agreement. It is in force."),
}


@pages.get("/<uuid:contract_id>")
@policy("seven_questions", "read", *WITH_PART, about=by_contract, log="saw the answers to the seven questions")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return review_page(ctx, contract_id)


@pages.post("/<uuid:contract_id>/begin")
@policy("review", "begin", *ANSWERERS, about=by_contract, log="asked to look at the agreement again")
def begin(ctx: Ctx, contract_id: UUID) -> Response:
    return _try(ctx, contract_id, partial(actions.ask_for_review, ctx, contract_id), "begun")


@pages.post("/<uuid:contract_id>/keep")
@policy("review", "keep", *ANSWERERS, about=by_contract, log="wanted to keep the agreement as it is")
def keep(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(KeepForm())
    if errors or not may_confirm(ctx):
        raise NotFound
    act = partial(actions.keep, ctx, contract_id, side_of(ctx), **data)
    return _try(ctx, contract_id, act, lambda state: "in_force" if state == "active" else "kept")


def _try(ctx: Ctx, contract_id: UUID, act: Callable[[], object], said: str | Callable[[object], str]) -> Response:
    try:
        with ctx.session.begin_nested():
            result = act()
    except Refused as refused:
        return review_page(ctx, contract_id, {"main": [cast(str, refused.text)]}, status=409)
    return back(f"/contract/review/{contract_id}", said=f"review.{said if isinstance(said, str) else said(result)}")


def review_page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, *, status: int = 422) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    active, review = (
        agreements.in_state(ctx.session, contract_id, "active"),
        store.open_review(ctx.session, contract_id),
    )
    latest = store.latest(ctx.session, contract_id)
    people = ctx.directory.people(ctx.session, {contract.patient_id, *(row.by for row in latest.values())})
    return page(
        ctx,
        "review/show.html",
        status=status if errors else 200,
        errors=errors or {},
        help_line=next_contacts.line(ctx, contract_id),
        contract=contract,
        active=active,
        review=review,
        latest=latest,
        begun=begun_by(ctx, contract_id, side_of(ctx)),
        patient=people[contract.patient_id],
        names={person: known.name for person, known in people.items()},
        **_words(ctx),
        **compared(latest, review, store.documented(ctx.session, active.id) if active else None),
    )


def _words(ctx: Ctx) -> dict[str, object]:
    """Whose page it is, and what everything on it is called."""
    return {
        "side": side_of(ctx),
        "for_patient": side_of(ctx) is Side.PATIENT,
        "may_answer": may_confirm(ctx),
        "asked": questions(patient=Who.PATIENT in ctx.whos),
        "answers": ANSWERS,
        "reasons": REASONS,
    }


def compared(latest: Mapping[Side, SevenAnswers], review: Review | None, noted: Documented | None) -> dict[str, Any]:
    """What both sides' answers show beside each other."""
    told = {side: Told(row.answers, row.done_at) for side, row in latest.items()}
    patient, care = told.get(Side.PATIENT, Told()), told.get(Side.CARE, Told())
    return {
        "both": bool(patient.answers and care.answers),
        "differ": disagreements(patient.answers, care.answers),
        "waiting_for": still_to_answer(told, review.opened_at) if review else [],
        "receipt": has_receipt(patient, care, documented=noted.on_day if noted else None),
        "noted": noted,
    }


def begun_by(ctx: Ctx, contract_id: UUID, asked: Side) -> dict[str, str]:
    me = ctx.viewer.person_id
    row = store.peek(ctx.session, contract_id, asked, me) if me else None
    return dict(row.answers) if row else {}
