"""The next contact on a page: the patient's own, and the same for whoever they meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import actions, store
from services.contract.next_contact.domain import HELD, Side, State
from services.contract.next_contact.schemas import AcceptForm, AnotherForm, SuggestForm
from services.contract.next_contact.terms.store import terms_of, waiting_terms
from services.contract.next_contact.words.domain import words
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.register.store import Person
from shared.time import zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("next_contact", __name__, url_prefix="/contract/next-contact", template_folder="templates")
CARE = (Who.CONTACT, Who.DEPUTY)
CARE_READS = (*CARE, Who.CONTACT_BEFORE)
ALL_READ = (*CARE_READS, Who.BREAK_GLASS)
"""Who of the staff may read: those with a part in it, and who has opened the patient's pages in an emergency."""

SAID = {
    "suggested": _l("Your suggestion is saved. The other one can say yes to it now."),
    "agreed": _l("The time is agreed. It stands on both your pages now."),
    "asked": _l("Saved. Your contact will be asked to find another time with you."),
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
@policy("next_contact", "read", Who.PATIENT, Who.DELEGATE, *ALL_READ, about=by_contract, log="saw the next contact")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return shown(ctx, contract_id)


@pages.post("/<uuid:contract_id>/suggest")
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_contract, log="suggested a time")
def suggest(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(SuggestForm())
    if errors:
        return shown(ctx, contract_id, errors)
    local = datetime.combine(data.pop("day"), data.pop("clock"))
    act = partial(actions.suggest, ctx, contract_id, side_of(ctx), local=local, **data)
    return attempt(ctx, contract_id, act, "suggested")


@pages.post("/<uuid:contract_id>/accept")
@policy("next_contact", "accept", Who.PATIENT, *CARE, about=by_contract, log="said yes to a time")
def accept(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(AcceptForm())
    if errors:
        raise Refused(actions.MOVED_ON)
    return attempt(ctx, contract_id, partial(actions.accept, ctx, contract_id, side_of(ctx), **data), "agreed")


@pages.post("/<uuid:contract_id>/another")
@policy("next_contact", "ask another", Who.PATIENT, about=by_contract, log="asked for another time")
def another(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(AnotherForm())
    if errors:
        return shown(ctx, contract_id, errors)
    return attempt(ctx, contract_id, partial(actions.ask_another, ctx, contract_id, **data), "asked")


def side_of(ctx: Ctx) -> Side:
    return Side.PATIENT if Who.PATIENT in ctx.whos else Side.CARE


def patient_of(ctx: Ctx) -> Person:
    """The patient the page is about."""
    found = (
        ctx.directory.person(ctx.session, ctx.subject.patient_id) if ctx.subject and ctx.subject.patient_id else None
    )
    if found is None:
        raise NotFound
    return found


def attempt(ctx: Ctx, contract_id: UUID, act: Callable[[], object], said: str) -> Response:
    """The act, or the page again with why not and nothing changed."""
    if errors := tried(ctx, act):
        return shown(ctx, contract_id, errors, status=409)
    return back(f"/contract/next-contact/{contract_id}", said=f"next_contact.{said}")


def shown(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    """The page of the next contact, with what went wrong on it."""
    row, last = store.current(ctx.session, contract_id), store.latest(ctx.session, contract_id)
    history, patient = store.history(ctx.session, contract_id), patient_of(ctx)
    return page(
        ctx,
        "next_contact/show.html",
        status=status if errors else 200,
        errors=errors or {},
        help_line=store.line(ctx, contract_id),
        contract_id=contract_id,
        row=row,
        revision=row.revision if row else 0,
        terms=terms_of(row) if row else None,
        other_terms=waiting_terms(row) if row else None,
        no_more=last.no_more if last and not row else "",
        missed=store.missed(ctx.session, contract_id),
        times=store.times(row) if row else None,
        held=row is not None and State(row.state) in HELD,
        zone=zone_of(row.zone if row else patient.zone),
        mine=side_of(ctx),
        may_act=bool(ctx.whos & {Who.PATIENT, *CARE}),
        patient=patient,
        people=ctx.directory.people(ctx.session, {step.by for step in history if step.by}),
        history=[(step, store.step_at(step, patient.zone)) for step in history],
        words=words(own=bool(ctx.whos & {Who.PATIENT})),
    )
