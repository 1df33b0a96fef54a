"""What each of us does, and how it went: patient, family and care beside each other, and a page for each commitment."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement import store as agreements
from services.contract.agreement.confirming.pages import side_of
from services.contract.agreement.content.domain import COMMITTED
from services.contract.agreement.keeping import actions, store
from services.contract.agreement.keeping.domain import Kept, side_for
from services.contract.agreement.keeping.schemas import KeptForm
from services.contract.agreement.reading.domain import words
from services.contract.agreement.reading.pages import READERS, by_contract
from services.contract.agreement.told.domain import WAYS
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.time import to_local
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("keeping", __name__, url_prefix="/contract/keeping", template_folder="templates")
SAID = {"noted": _l("Saved. Both of you see it now.")}
SHOWN = 20
LEVELS: dict[str, tuple[Lazy, str]] = {
    Kept.KEPT: (_l("Kept"), "good"),
    Kept.PARTLY: (_l("Partly"), "calm"),
    Kept.NOT_THIS_TIME: (_l("Not this time"), "calm"),
}


@pages.get("/<uuid:contract_id>")
@policy("commitments", "read", *READERS, about=by_contract, log="saw how the commitments went")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    active = agreements.in_state(ctx.session, contract_id, "active")
    made = actions.all_in_force(ctx, contract_id)
    return page(
        ctx,
        "keeping/show.html",
        active=active,
        made={who: [item for item in made if item["by"] == who] for who in COMMITTED},
        latest=store.latest(ctx.session, contract_id),
        shares=store.counted(ctx.session, contract_id, [item["id"] for item in made]),
        **_context(ctx, contract_id),
    )


@pages.get("/<uuid:contract_id>/<item_id>")
@policy("commitments", "read", *READERS, about=by_contract, log="saw how a commitment went")
def one(ctx: Ctx, contract_id: UUID, item_id: str) -> Response:
    return _item_page(ctx, contract_id, item_id)


@pages.post("/<uuid:contract_id>/<item_id>")
@policy(
    "commitments", "note", Who.PATIENT, Who.CONTACT, Who.DEPUTY, about=by_contract, log="noted how a commitment went"
)
def note(ctx: Ctx, contract_id: UUID, item_id: str) -> Response:
    data, errors = read_form(KeptForm())
    errors = errors or tried(ctx, partial(actions.note, ctx, contract_id, item_id, side_of(ctx), **data))
    if errors:
        return _item_page(ctx, contract_id, item_id, errors)
    return back(f"/contract/keeping/{contract_id}", said="keeping.noted")


def _item_page(ctx: Ctx, contract_id: UUID, item_id: str, errors: Errors | None = None) -> Response:
    item = actions.in_force(ctx, contract_id, item_id)
    rows = store.of_items(ctx.session, contract_id, [item_id], SHOWN + 1, before=request.args.get("before", None, int))
    context = _context(ctx, contract_id)
    writers = {person.by for person in rows}
    names = {who: known.name for who, known in ctx.directory.people(ctx.session, writers).items()}
    may_note = bool(ctx.whos & {Who.PATIENT, Who.CONTACT, Who.DEPUTY})
    return page(
        ctx,
        "keeping/one.html",
        status=422 if errors else 200,
        errors=errors or {},
        item=item,
        rows=rows[:SHOWN],
        names=names,
        may_note=may_note and (side_of(ctx) is Side.CARE or side_for(item["by"]) is Side.PATIENT),
        told=side_for(item["by"]) is not side_of(ctx),
        today=to_local(ctx.now, context["patient"].zone).date().isoformat(),
        ways=WAYS,
        next=f"?before={rows[SHOWN - 1].id}" if len(rows) > SHOWN else None,
        **context,
    )


def _context(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    contract = agreements.contract(ctx.session, contract_id)
    patient = ctx.directory.person(ctx.session, contract.patient_id) if contract else None
    if patient is None:
        raise NotFound
    return {
        "contract_id": contract_id,
        "patient": patient,
        "for_patient": side_of(ctx) is Side.PATIENT,
        "words": words(own=Who.PATIENT in ctx.whos),
        "levels": LEVELS,
        "help_line": next_contacts.line(ctx, contract_id),
    }
