"""How to meet next, on pages: one question about the kind, then one short form for it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import store
from services.contract.next_contact.actions import MOVED_ON
from services.contract.next_contact.domain import Kind
from services.contract.next_contact.pages import CARE, attempt, by_contract, patient_of, shown, side_of
from services.contract.next_contact.schemas import Seen
from services.contract.next_contact.terms import actions
from services.contract.next_contact.terms.schemas import TermsForm, terms_from
from services.contract.next_contact.words.domain import HINTS, words
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("next_terms", __name__, url_prefix="/contract/next-contact", template_folder="templates")
SAID = {"suggested": _l("Your suggestion is saved. The other one can say yes to it now.")}


def by_kind(ctx: Ctx, contract_id: UUID, kind: str) -> Subject | None:
    """The contract's subject, for a kind that there is."""
    return by_contract(ctx, contract_id) if kind in set(Kind) else None


@pages.get("/<uuid:contract_id>/kinds")
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_contract, log="saw the next contact")
def kinds(ctx: Ctx, contract_id: UUID) -> Response:
    called = words(own=Who.PATIENT in ctx.whos)["kinds"]
    return page(
        ctx,
        "next_terms/kinds.html",
        contract_id=contract_id,
        patient=patient_of(ctx),
        for_patient=Who.PATIENT in ctx.whos,
        doors=[(f"/contract/next-contact/{contract_id}/kinds/{kind}", called[kind], HINTS[kind]) for kind in Kind],
        help_line=store.line(ctx, contract_id),
    )


@pages.get("/<uuid:contract_id>/kinds/<kind>")
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_kind, log="saw the next contact")
def kind_form(ctx: Ctx, contract_id: UUID, kind: str) -> Response:
    return _form(ctx, contract_id, Kind(kind))


@pages.post("/<uuid:contract_id>/kinds/<kind>")
@policy("next_contact", "suggest", Who.PATIENT, *CARE, about=by_kind, log="suggested how to meet next")
def propose(ctx: Ctx, contract_id: UUID, kind: str) -> Response:
    chosen = Kind(kind)
    data, errors = read_form(TermsForm())
    if errors:
        return _form(ctx, contract_id, chosen, errors)
    terms, local = terms_from(chosen, data)
    act = partial(actions.propose, ctx, contract_id, side_of(ctx), terms, local=local, seen=data["seen"])
    if errors := tried(ctx, act):
        return _form(ctx, contract_id, chosen, errors, status=409)
    return back(f"/contract/next-contact/{contract_id}", said="next_terms.suggested")


@pages.post("/<uuid:contract_id>/agree")
@policy("next_contact", "accept", Who.PATIENT, *CARE, about=by_contract, log="said yes to how to meet next")
def agree(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(Seen())
    if errors or data["seen"] is None:
        return shown(ctx, contract_id, errors or {"main": [str(MOVED_ON)]}, status=409)
    return attempt(ctx, contract_id, partial(actions.accept_terms, ctx, contract_id, side_of(ctx), **data), "agreed")


def _form(ctx: Ctx, contract_id: UUID, kind: Kind, errors: Errors | None = None, status: int = 422) -> Response:
    row = store.current(ctx.session, contract_id)
    return page(
        ctx,
        "next_terms/form.html",
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        kind=kind,
        hint=HINTS[kind],
        row=row,
        revision=row.revision if row else 0,
        patient=patient_of(ctx),
        for_patient=Who.PATIENT in ctx.whos,
        words=words(own=Who.PATIENT in ctx.whos),
        help_line=store.line(ctx, contract_id),
    )
