"""Finding, opening and writing an agreement."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, Response
from marshmallow import Schema

from services.contract.agreement import actions, store
from services.contract.agreement.content.domain import OWN_TEXTS, Part, mark, may_write
from services.contract.agreement.domain import State
from services.contract.agreement.measures import store as measures
from services.contract.agreement.reading.domain import PROMPTS, STATES, TAKING_PART, words
from services.contract.agreement.reading.pages import by_contract
from services.contract.agreement.schemas import EngagementForm, OpenForm, TextForm
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import CARE, side_of
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.relations import part_in
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("agreement", __name__, url_prefix="/contract/agreement", template_folder="templates")

SAID = {
    "opened": _l("Your agreement is started. Begin with what matters to you."),
    "saved": _l("Saved. Both of you see it now."),
    "begun": _l("A new version is begun. What you agreed on stands until you both say yes to the new one."),
    "removed": _l("Taken away. Both of you see it now."),
}
DOERS: dict[Side, tuple[tuple[str, Lazy], ...]] = {
    Side.PATIENT: (("patient", _l("Me")), ("family", _l("My family"))),
    Side.CARE: (("care", _l("The care")),),
}
FILL_IN = _l("Fill in an answer here.")
FORMS: dict[Part, type[Schema]] = {Part.ENGAGEMENT: EngagementForm}


@pages.get("")
@policy("agreement", "find", Who.PATIENT, Who.STAFF, log="listed the agreements they answer for")
def own(ctx: Ctx) -> Response:
    """A patient's own agreement, or the page where it is started; staff get the agreements they answer for."""
    me = ctx.viewer.person_id
    if me is None:
        raise NotFound
    if Who.PATIENT in ctx.whos:
        mine = store.open_of(ctx.session, me)
        return back(f"/contract/agreement/{mine.id}") if mine else _start_page(ctx)
    reached = ctx.directory.covers_of(ctx.session, ctx.directory.contracts_touched_by(ctx.session, me))
    answered = [facts.contract_id for facts in reached.values() if part_in(ctx, facts, me)]
    contracts = store.not_ended(ctx.session, answered)
    ctx.saw(contract.patient_id for contract in contracts)
    people = ctx.directory.people(ctx.session, [contract.patient_id for contract in contracts])
    return page(
        ctx, "agreement/mine.html", runs=measures.units_run(ctx), contracts=contracts, people=people, states=STATES
    )


@pages.post("/open")
@policy("agreement", "open", Who.PATIENT, log="started the agreement")
def open_(ctx: Ctx) -> Response:
    data, errors = read_form(OpenForm())
    me = ctx.viewer.person_id
    if errors or me is None:
        return _start_page(ctx, errors)
    contract_id = actions.open_contract(ctx, patient_id=me, unit_id=data["unit_id"], by=me)
    return back(f"/contract/agreement/{contract_id}", said="agreement.opened")


@pages.post("/<uuid:contract_id>/new-version")
@policy("agreement", "write", Who.PATIENT, *CARE, about=by_contract, log="began a new version of the agreement")
def new_version(ctx: Ctx, contract_id: UUID) -> Response:
    actions.begin_new_version(ctx, contract_id)
    return back(f"/contract/agreement/{contract_id}", said="agreement.begun")


@pages.get("/<uuid:contract_id>/text/<part>")
@policy("agreement", "write", Who.PATIENT, *CARE, about=by_contract, log="opened a text of the agreement to write")
def text_form(ctx: Ctx, contract_id: UUID, part: str) -> Response:
    return _text_page(ctx, contract_id, part_named(ctx, part, OWN_TEXTS))


@pages.post("/<uuid:contract_id>/text/<part>")
@policy("agreement", "write", Who.PATIENT, *CARE, about=by_contract, log="wrote in the agreement")
def write_text(ctx: Ctx, contract_id: UUID, part: str) -> Response:
    which = part_named(ctx, part, OWN_TEXTS)
    data, errors = read_form(FORMS.get(which, TextForm)())
    if errors:
        return _text_page(ctx, contract_id, which, errors)
    if not data["words"].strip() and not store.newest(ctx.session, contract_id).own.get(which):
        return _text_page(ctx, contract_id, which, {"words": [FILL_IN]})
    try:
        with ctx.session.begin_nested():
            actions.write_text(ctx, contract_id, side_of(ctx), which, data["words"], before=data["before"])
    except Refused as refused:
        return _text_page(ctx, contract_id, which, as_errors(refused), status=409)
    return back(f"/contract/agreement/{contract_id}", said="agreement.saved")


def as_errors(refused: Refused) -> Errors:
    return {refused.field or "main": [cast(str, refused.text)]}


def part_named(ctx: Ctx, name: str, allowed: tuple[Part, ...]) -> Part:
    part = next((one for one in allowed if one == name), None)
    if part is None or not may_write(part, side_of(ctx)):
        raise NotFound
    return part


def _start_page(ctx: Ctx, errors: Errors | None = None) -> Response:
    units = sorted(ctx.directory.units(ctx.session).values(), key=lambda unit: unit.name.casefold())
    choices = [(unit.unit_id, unit.name) for unit in units]
    return page(ctx, "agreement/start.html", status=422 if errors else 200, errors=errors or {}, units=choices)


def _text_page(ctx: Ctx, contract_id: UUID, part: Part, errors: Errors | None = None, *, status: int = 422) -> Response:
    saved = str(store.newest(ctx.session, contract_id).own.get(part, ""))
    values = {
        "part": part,
        "saved": saved,
        "before": mark(saved),
        "heading": words(own=side_of(ctx) is Side.PATIENT)["parts"][part],
        "prompt": PROMPTS.get(part),
        "choices": TAKING_PART,
    }
    return writing_page(ctx, contract_id, "agreement/text.html", errors, status=status, **values)


def writing_page(
    ctx: Ctx, contract_id: UUID, template: str, errors: Errors | None, *, status: int, **values: object
) -> Response:
    contract = store.contract(ctx.session, contract_id)
    if not errors and contract is not None and State(contract.state) is State.DRAFT:
        return back(f"/contract/joining/{contract_id}")
    return page(
        ctx,
        template,
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        side=side_of(ctx),
        stale=status == 409,
        help_line=next_contacts.line(ctx, contract_id),
        **values,
    )
