"""The seven questions on three screens: what is answered is kept at once, so that a tired person can stop anywhere."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement.confirming.pages import side_of
from services.contract.agreement.reading.pages import by_contract, may_confirm
from services.contract.agreement.review import actions
from services.contract.agreement.review.domain import SCREENS, first_open_screen
from services.contract.agreement.review.pages import ANSWERERS, begun_by, review_page
from services.contract.agreement.review.schemas import ANSWER, HowForm, ScreenForms
from services.contract.agreement.review.words.domain import ANSWERS, questions
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import policy
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("answering", __name__, url_prefix="/contract/review", template_folder="../templates")


@pages.get("/<uuid:contract_id>/<side>/<int:screen>")
@policy("seven_questions", "answer", *ANSWERERS, about=by_contract, log="opened the seven questions")
def questions_form(ctx: Ctx, contract_id: UUID, side: str, screen: int) -> Response:
    return _screen(ctx, contract_id, may_answer(ctx, side), screen)


@pages.post("/<uuid:contract_id>/<side>/<int:screen>")
@policy("seven_questions", "answer", *ANSWERERS, about=by_contract, log="answered some of the seven questions")
def answer(ctx: Ctx, contract_id: UUID, side: str, screen: int) -> Response:
    """What is answered is kept at once, also when something is left; then the next screen, or the overview."""
    asked = may_answer(ctx, side)
    data, errors = read_form(ScreenForms[_known(screen) - 1]())
    how, wrong = read_form(HowForm())
    errors |= wrong | _how_needed(ctx, asked, how)
    if errors:
        return _screen(ctx, contract_id, asked, screen, errors)
    try:
        done = actions.answer(ctx, contract_id, asked, data, how=how["how"])
    except Refused as refused:
        return review_page(ctx, contract_id, {"main": [cast(str, refused.text)]}, status=409)
    if "later" in request.form:
        return back(f"/contract/review/{contract_id}", said="review.paused")
    left = [question for question in SCREENS[screen - 1] if question not in data]
    if left and not done:
        return _screen(ctx, contract_id, asked, screen, {question.value: [ANSWER] for question in left})
    following = None if done else first_open_screen(begun_by(ctx, contract_id, asked))
    if following:
        return back(f"/contract/review/{contract_id}/{asked}/{following}")
    return back(f"/contract/review/{contract_id}", said="review.answered")


def _screen(ctx: Ctx, contract_id: UUID, asked: Side, screen: int, errors: Errors | None = None) -> Response:
    return page(
        ctx,
        "review/questions.html",
        status=422 if errors else 200,
        errors=errors or {},
        help_line=next_contacts.line(ctx, contract_id),
        contract_id=contract_id,
        side=asked,
        screen=_known(screen),
        screens=len(SCREENS),
        on_screen=SCREENS[screen - 1],
        given=begun_by(ctx, contract_id, asked),
        written_down=written_down(ctx, asked),
        for_patient=side_of(ctx) is Side.PATIENT,
        asked=questions(patient=asked is Side.PATIENT),
        answers=ANSWERS,
    )


def _known(screen: int) -> int:
    if not 1 <= screen <= len(SCREENS):
        raise NotFound
    return screen


def may_answer(ctx: Ctx, side: str) -> Side:
    """One's own side; the contact may also write down what the patient answered (K15)."""
    asked = next((one for one in Side if one == side), None)
    if asked is None or not may_confirm(ctx) or (asked is Side.CARE and side_of(ctx) is Side.PATIENT):
        raise NotFound
    return asked


def written_down(ctx: Ctx, asked: Side) -> bool:
    return asked is Side.PATIENT and side_of(ctx) is Side.CARE


def _how_needed(ctx: Ctx, asked: Side, how: dict[str, str]) -> Errors:
    """Staff say how the patient answered; nobody else can have answered otherwise than here."""
    if written_down(ctx, asked) != (how.get("how", "web") != "web"):
        return {"how": [_l("Choose how the patient answered.")]}
    return {}
