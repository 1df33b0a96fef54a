"""Did I explain well? The care writes it down, the patient sees it; beside it, how the care's texts read."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement import store as agreements
from services.contract.agreement.content.domain import from_json
from services.contract.agreement.content.seeing.domain import seen
from services.contract.agreement.domain import State
from services.contract.agreement.reading.domain import words
from services.contract.agreement.reading.pages import by_contract
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.understanding import actions, store
from services.contract.agreement.understanding.domain import Understood, read_all
from services.contract.agreement.understanding.schemas import TeachBackForm
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import ALL_READ, CARE, side_of
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("understanding", __name__, url_prefix="/contract/understanding", template_folder="templates")
SAID = {"noted": _l("Saved. The patient sees it.")}
SHOWN = 20
LEVELS: dict[str, tuple[Lazy, str]] = {
    Understood.FULLY: (_l("All of it came through"), "good"),
    Understood.PARTLY: (_l("Some of it came through"), "wait"),
    Understood.NOT: (_l("It did not come through"), "wait"),
}
"""What came through, as a thing about the explanation, and how it is marked."""


@pages.get("/<uuid:contract_id>")
@policy("teach_back", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="saw if the care had explained well")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("teach_back", "note", *CARE, about=by_contract, log="noted if the care had explained well")
def note(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(TeachBackForm())
    errors = errors or tried(ctx, partial(actions.note, ctx, contract_id, **data))
    if errors:
        return _page(ctx, contract_id, errors)
    return back(f"/contract/understanding/{contract_id}", said="understanding.noted")


@pages.get("/<uuid:contract_id>/reading")
@policy("agreement", "check_reading", *CARE, about=by_contract, log="looked at how easy the agreement is to read")
def reading(ctx: Ctx, contract_id: UUID) -> Response:
    """How each text that the care has written for the patient reads."""
    contract = agreements.contract(ctx.session, contract_id)
    patient = ctx.directory.person(ctx.session, contract.patient_id) if contract else None
    if contract is None or patient is None:
        raise NotFound
    content = from_json(agreements.newest(ctx.session, contract_id).content)
    return page(
        ctx,
        "understanding/reading.html",
        contract_id=contract_id,
        patient=patient,
        texts=read_all(seen(content, sight_of(ctx, patient.person_id)).own, patient.language),
        words=words(own=False),
    )


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    rows = store.page(ctx.session, contract_id, SHOWN + 1, before=request.args.get("before", None, int))
    shown = rows[:SHOWN]
    people = ctx.directory.people(ctx.session, {contract.patient_id, *(row.by for row in shown)})
    return page(
        ctx,
        "understanding/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=people[contract.patient_id],
        for_patient=side_of(ctx) is Side.PATIENT,
        may_note=bool(ctx.whos & set(CARE)) and State(contract.state) is not State.ENDED,
        rows=shown,
        names={person: known.name for person, known in people.items()},
        levels=LEVELS,
        next=f"?before={shown[-1].id}" if len(rows) > SHOWN else None,
        help_line=next_contacts.line(ctx, contract_id),
    )
