"""Minutes spent on an agreement, for staff to note and see."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement import store as agreements
from services.contract.agreement.minutes import actions, store
from services.contract.agreement.minutes.schemas import MinutesForm
from services.contract.agreement.reading.pages import by_contract
from services.contract.next_contact.pages import CARE
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import policy
from shared.time import to_local
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("minutes", __name__, url_prefix="/contract/minutes", template_folder="templates")
SAID = {"noted": _l("The minutes are saved.")}
SHOWN = 20


@pages.get("/<uuid:contract_id>")
@policy("minutes", "read", *CARE, about=by_contract, log="saw how much time your agreement has taken")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("minutes", "note", *CARE, about=by_contract, log="noted time spent on your agreement")
def note(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(MinutesForm())
    errors = errors or tried(ctx, partial(actions.note, ctx, contract_id, **data))
    if errors:
        return _page(ctx, contract_id, errors)
    return back(f"/contract/minutes/{contract_id}", said="minutes.noted")


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    rows = store.page(ctx.session, contract_id, SHOWN + 1, before=request.args.get("before", None, int))
    people = ctx.directory.people(ctx.session, {contract.patient_id, *(row.by for row in rows)})
    patient = people[contract.patient_id]
    return page(
        ctx,
        "minutes/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=patient,
        rows=rows[:SHOWN],
        names={person: known.name for person, known in people.items()},
        spent=store.spent(ctx.session, contract_id),
        today=to_local(ctx.now, patient.zone).date().isoformat(),
        next=f"?before={rows[SHOWN - 1].id}" if len(rows) > SHOWN else None,
    )
