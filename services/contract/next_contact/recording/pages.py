"""The page where staff write down what the patient answered by phone, on paper or in a meeting."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response

from services.contract.next_contact import store
from services.contract.next_contact.domain import Said
from services.contract.next_contact.pages import CARE, by_contract, patient_of
from services.contract.next_contact.recording import actions
from services.contract.next_contact.recording.schemas import ToldForm
from services.contract.next_contact.terms.store import waiting_terms
from services.contract.next_contact.words.domain import words
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import policy
from shared.time import to_local, zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("next_recording", __name__, url_prefix="/contract/next-contact", template_folder="templates")
SAID = {"recorded": _l("Saved as the patient's answer, with your name beside it.")}


@pages.get("/<uuid:contract_id>/told")
@policy("next_contact", "record", *CARE, about=by_contract, log="saw the next contact")
def told_form(ctx: Ctx, contract_id: UUID) -> Response:
    return _form(ctx, contract_id)


@pages.post("/<uuid:contract_id>/told")
@policy("next_contact", "record", *CARE, about=by_contract, log="wrote down what the patient answered")
def told(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(ToldForm())
    if errors:
        return _form(ctx, contract_id, errors)
    said = Said(data.pop("how"), data.pop("told_on"))
    if errors := tried(ctx, partial(actions.record, ctx, contract_id, data.pop("answer"), said, **data)):
        return _form(ctx, contract_id, errors, status=409)
    return back(f"/contract/next-contact/{contract_id}", said="next_recording.recorded")


def _form(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    row, patient = store.current(ctx.session, contract_id), patient_of(ctx)
    zone = row.zone if row else patient.zone
    return page(
        ctx,
        "next_recording/form.html",
        status=status if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        row=row,
        revision=row.revision if row else 0,
        times=store.times(row) if row else None,
        other_terms=waiting_terms(row) if row else None,
        today=to_local(ctx.now, zone).date(),
        zone=zone_of(zone),
        patient=patient,
        words=words(own=False),
    )
