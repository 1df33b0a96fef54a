"""The next contact on a page: the patient's own, and the same for whoever they meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import actions, store
from services.contract.next_contact.domain import HELD, Act, Side, State, Way
from services.contract.next_contact.schemas import AcceptForm, AnotherForm, EndForm, SuggestForm
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import Lazy, _l
from shared.policy import Subject, Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("next_contact", __name__, url_prefix="/contract/next-contact", template_folder="templates")
CARE = (Who.CONTACT, Who.DEPUTY)

SAID = {
    "suggested": _l("Your suggestion is saved. The other one can say yes to it now."),
    "agreed": _l("The time is agreed. It stands on both your pages now."),
    "asked": _l("Saved. Your contact will be asked to find another time with you."),
    "ended": _l("Saved. Now agree on the next time."),
}
WAYS: dict[str, Lazy] = {
    Way.VISIT: _l("A visit"),
    Way.PHONE: _l("A phone call"),
    Way.VIDEO: _l("A video call"),
    Way.HOME: _l("A visit at home"),
    Way.MESSAGE: _l("A message"),
}
STEPS: dict[str, Lazy] = {
    Act.SUGGEST: _l("%(who)s suggested %(when)s."),
    Act.COUNTER: _l("%(who)s asked for another time than %(when)s."),
    Act.BOOK: _l("%(who)s said yes to %(when)s."),
    Act.ASK_ANOTHER: _l("%(who)s asked for another time than %(when)s."),
    Act.FULFIL: _l("%(who)s noted that you met %(when)s."),
    Act.CANCEL_BY_PATIENT: _l("%(who)s cancelled %(when)s."),
    Act.CANCEL_BY_CARE: _l("%(who)s cancelled %(when)s."),
    Act.MISS_BY_PATIENT: _l("%(who)s noted that the patient could not come %(when)s."),
    Act.MISS_BY_CARE: _l("%(who)s noted that the care could not come %(when)s."),
    "answered_yes": _l("%(who)s answered yes to %(when)s."),
    "answered_cannot": _l("%(who)s answered: I can't come %(when)s."),
    "answered_another_time": _l("%(who)s answered: another time than %(when)s."),
    "unanswered": _l("The reminder about %(when)s has no answer yet."),
}
"""What the history says of each step."""

ENDS: dict[str, Lazy] = {
    Act.FULFIL: _l("We met"),
    Act.MISS_BY_PATIENT: _l("The patient could not come"),
    Act.MISS_BY_CARE: _l("We could not come"),
    Act.CANCEL_BY_CARE: _l("We cancel it"),
}


def by_contract(ctx: Ctx, contract_id: UUID) -> Subject | None:
    return store.subject(ctx, contract_id, "see_times")


@pages.get("")
@policy("next_contact", "find", Who.PATIENT)
def own(ctx: Ctx) -> Response:
    """The patient's own next contact; without an agreement yet, the page where one is opened."""
    mine = ctx.directory.contracts_of(ctx.session, ctx.viewer.person_id) if ctx.viewer.person_id else []
    return back(f"/contract/next-contact/{mine[0]}" if mine else "/contract/agreement")


@pages.get("/<uuid:contract_id>")
@policy("next_contact", "read", Who.PATIENT, Who.DELEGATE, *CARE, about=by_contract, log="saw the next contact")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>/suggest")
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_contract, log="suggested a time")
def suggest(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(SuggestForm())
    if errors:
        return _page(ctx, contract_id, errors)
    local = datetime.combine(data["day"], data["clock"])
    act = partial(actions.suggest, ctx, contract_id, side_of(ctx), local=local, way=data["way"])
    return _try(ctx, contract_id, act, "suggested")


@pages.post("/<uuid:contract_id>/accept")
@policy("next_contact", "accept", Who.PATIENT, *CARE, about=by_contract, log="said yes to a time")
def accept(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(AcceptForm())
    if errors:
        raise Refused(actions.MOVED_ON)
    return _try(ctx, contract_id, partial(actions.accept, ctx, contract_id, side_of(ctx), **data), "agreed")


@pages.post("/<uuid:contract_id>/another")
@policy("next_contact", "ask another", Who.PATIENT, about=by_contract, log="asked for another time")
def another(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(AnotherForm())
    if errors:
        return _page(ctx, contract_id, errors)
    return _try(ctx, contract_id, partial(actions.ask_another, ctx, contract_id, **data), "asked")


@pages.post("/<uuid:contract_id>/end")
@policy("next_contact", "end", *CARE, about=by_contract, log="noted how the next contact went")
def end(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(EndForm())
    if errors:
        return _page(ctx, contract_id, errors)
    act = partial(actions.end, ctx, contract_id, Act(data["act"]), Side.CARE, data["words"])
    return _try(ctx, contract_id, act, "ended")


def side_of(ctx: Ctx) -> Side:
    return Side.PATIENT if Who.PATIENT in ctx.whos else Side.CARE


def _try(ctx: Ctx, contract_id: UUID, act: Callable[[], object], said: str) -> Response:
    """The act, or the page again with why not and nothing changed."""
    try:
        with ctx.session.begin_nested():
            act()
    except Refused as refused:
        return _page(ctx, contract_id, {refused.field or "main": [cast(str, refused.text)]}, status=409)
    return back(f"/contract/next-contact/{contract_id}", said=f"next_contact.{said}")


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    if ctx.subject is None or ctx.subject.patient_id is None:
        raise NotFound
    row = store.current(ctx.session, contract_id)
    history = store.history(ctx.session, contract_id)
    people = ctx.directory.people(ctx.session, {step.by for step in history if step.by} | {ctx.subject.patient_id})
    patient = people[ctx.subject.patient_id]
    return page(
        ctx,
        "next_contact/show.html",
        status=status if errors else 200,
        errors=errors or {},
        help_line=store.line(ctx, contract_id),
        contract_id=contract_id,
        row=row,
        times=store.times(row) if row else None,
        held=row is not None and State(row.state) in HELD,
        zone=zone_of(row.zone if row else patient.zone),
        mine=side_of(ctx),
        may_act=bool(ctx.whos & {Who.PATIENT, *CARE}),
        patient=patient,
        people=people,
        history=[(step, store.step_at(step, patient.zone)) for step in history],
        words={"ways": WAYS, "steps": STEPS, "ends": ENDS},
    )
