"""Copy for the record: the text in force as a record takes it, on a page and as a file, and the mark that it stands there."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, render_template

from services.contract.agreement import store as agreements
from services.contract.agreement.content.domain import from_json
from services.contract.agreement.content.seeing.domain import hides, seen
from services.contract.agreement.reading.domain import words
from services.contract.agreement.reading.pages import READERS, by_contract
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.review import actions, store
from services.contract.agreement.review.schemas import DocumentForm
from services.contract.agreement.tables import Version
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import side_of
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("record", __name__, url_prefix="/contract/record", template_folder="templates")
SAID = {"documented": _l("Saved. It is noted that the agreement is in the record.")}


@pages.get("/<uuid:contract_id>")
@policy("agreement", "copy", *READERS, about=by_contract, log="copied the agreement for the record")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.get("/<uuid:contract_id>.txt")
@policy("agreement", "copy", *READERS, about=by_contract, log="copied the agreement for the record")
def file(ctx: Ctx, contract_id: UUID) -> Response:
    """The same as a file; its name tells nothing."""
    response = Response(copy_of(ctx, contract_id, in_force(ctx, contract_id)), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="text.txt"'
    return response


@pages.post("/<uuid:contract_id>")
@policy("agreement", "document", Who.CONTACT, Who.DEPUTY, about=by_contract, log="noted that it is in the record")
def document(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(DocumentForm())
    if errors:
        return _page(ctx, contract_id, errors)
    try:
        with ctx.session.begin_nested():
            actions.document(ctx, contract_id, **data)
    except Refused as refused:
        return _page(ctx, contract_id, {refused.field or "main": [cast(str, refused.text)]}, status=409)
    return back(f"/contract/record/{contract_id}", said="record.documented")


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, *, status: int = 422) -> Response:
    active = in_force(ctx, contract_id)
    return page(
        ctx,
        "record/show.html",
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        active=active,
        copy=copy_of(ctx, contract_id, active),
        noted=store.documented(ctx.session, active.id),
        may_document=bool(ctx.whos & {Who.CONTACT, Who.DEPUTY}),
        help_line=next_contacts.line(ctx, contract_id),
        for_patient=side_of(ctx) == "patient",
    )


def in_force(ctx: Ctx, contract_id: UUID) -> Version:
    active = agreements.in_state(ctx.session, contract_id, "active")
    if active is None:
        raise NotFound
    return active


def copy_of(ctx: Ctx, contract_id: UUID, active: Version) -> str:
    """A record is read by care: the patient is called the patient, also in the copy that they take themselves."""
    contract, content = agreements.contract(ctx.session, contract_id), from_json(active.content)
    if contract is None:
        raise NotFound
    sight = sight_of(ctx, contract.patient_id)
    given = [one for one in agreements.confirmations(ctx.session, active.id) if one.voided_at is None]
    named = {contract.patient_id, *(one.by for one in given)}
    named |= {UUID(content.named_contact)} if content.named_contact else set()
    people = ctx.directory.people(ctx.session, named)
    patient = people[contract.patient_id]
    values: dict[str, Any] = {
        "content": seen(content, sight),
        "version": active,
        "contract": contract,
        "patient": patient,
        "unit": ctx.directory.unit(ctx.session, contract.unit_id),
        "given": given,
        "names": {str(key): one.name for key, one in people.items()},
        "hides": hides(content, sight),
        "words": words(own=False),
        "zone": zone_of(patient.zone),
        "now": ctx.now,
    }
    return render_template("record/copy.txt", **values).strip() + "\n"
