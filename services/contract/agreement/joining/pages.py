"""The question whether to work this way: the patient answers it, the care writes down an answer that was told."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement import store as agreements
from services.contract.agreement.domain import State
from services.contract.agreement.joining import actions
from services.contract.agreement.joining.schemas import AnswerForm, ToldAnswerForm
from services.contract.agreement.reading.pages import READERS, by_contract, may_confirm
from services.contract.agreement.told.domain import WAYS
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import CARE
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("joining", __name__, url_prefix="/contract/joining", template_folder="templates")
SAID = {
    "yes": _l("Your yes is saved. Begin with what matters to you."),
    "yes_for": _l("The yes is saved. Now it can be written."),
    "no": _l("Your answer is saved. Nobody will ask again here. You can start an agreement when you want."),
    "no_for": _l("The answer is saved. There is no agreement now."),
}
ANSWERS: tuple[tuple[str, Lazy], ...] = (("1", _l("Yes")), ("0", _l("No")))


@pages.get("/<uuid:contract_id>")
@policy("agreement", "see_joining", *READERS, about=by_contract, log="saw what you answered to working this way")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("agreement", "join", Who.PATIENT, Who.DELEGATE, about=by_contract, log="answered about working this way")
def answer(ctx: Ctx, contract_id: UUID) -> Response:
    """A delegate answers in their own name, for the patient who lets them."""
    if not may_confirm(ctx):
        raise NotFound
    data, errors = read_form(AnswerForm())
    errors = errors or tried(ctx, partial(actions.answer, ctx, contract_id, **data))
    return _page(ctx, contract_id, errors) if errors else _done(ctx, contract_id, willing=data["willing"])


@pages.post("/<uuid:contract_id>/told")
@policy("agreement", "note_joining", *CARE, about=by_contract, log="wrote down what you answered to working this way")
def told(ctx: Ctx, contract_id: UUID) -> Response:
    """The care never answers for the patient: this writes down how and when the patient did."""
    data, errors = read_form(ToldAnswerForm())
    errors = errors or tried(ctx, partial(actions.note_told, ctx, contract_id, **data))
    return _page(ctx, contract_id, errors) if errors else _done(ctx, contract_id, willing=data["willing"])


def _done(ctx: Ctx, contract_id: UUID, *, willing: bool) -> Response:
    own = Who.PATIENT in ctx.whos
    if willing:
        return back(f"/contract/agreement/{contract_id}", said="joining.yes" if own else "joining.yes_for")
    home = "/contract/agreement" if ctx.whos & set(CARE) else "/contract/home"
    return back(home, said="joining.no" if own else "joining.no_for")


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    patient = ctx.directory.person(ctx.session, contract.patient_id) if contract else None
    if contract is None or patient is None:
        raise NotFound
    if State(contract.state) is not State.DRAFT:
        return back(f"/contract/agreement/{contract_id}")
    return page(
        ctx,
        "joining/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=patient,
        own=Who.PATIENT in ctx.whos,
        care=bool(ctx.whos & set(CARE)),
        may_answer=not ctx.whos & set(CARE) and may_confirm(ctx),
        ways=list(WAYS.items()),
        answers=ANSWERS,
        help_line=next_contacts.line(ctx, contract_id),
    )
