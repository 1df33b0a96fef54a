"""Prepare for the meeting: the patient writes, the contact reads it before they meet, and it can be printed."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement.meeting import actions, store
from services.contract.agreement.meeting.schemas import PrepareForm
from services.contract.agreement.reading.pages import by_contract
from services.contract.agreement.told.domain import WAYS
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import ALL_READ, CARE, side_of
from services.contract.next_contact.words.domain import WAYS as MEETING
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("meeting", __name__, url_prefix="/contract/meeting", template_folder="templates")
SAID = {"prepared": _l("Saved. Your contact sees it before you meet."), "noted": _l("Saved. The patient sees it.")}
SHOWN, LAST_PAGE = 10, 1000


@pages.get("/<uuid:contract_id>")
@policy("preparation", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="read what you prepared for the meeting")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.get("/<uuid:contract_id>/paper")
@policy(
    "preparation", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="printed what you prepared for the meeting"
)
def paper(ctx: Ctx, contract_id: UUID) -> Response:
    """Large type, to take along."""
    return _page(ctx, contract_id, template="meeting/paper.html")


@pages.post("/<uuid:contract_id>")
@policy("preparation", "write", Who.PATIENT, *CARE, about=by_contract, log="wrote what you prepared for the meeting")
def prepare(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(PrepareForm())
    errors = errors or tried(ctx, partial(actions.prepare, ctx, contract_id, side_of(ctx), **data))
    if errors:
        return _page(ctx, contract_id, errors)
    said = "prepared" if side_of(ctx) is Side.PATIENT else "noted"
    return back(f"/contract/meeting/{contract_id}", said=f"meeting.{said}")


def _page(
    ctx: Ctx, contract_id: UUID, errors: Errors | None = None, *, template: str = "meeting/show.html"
) -> Response:
    if ctx.subject is None or ctx.subject.patient_id is None:
        raise NotFound
    row = next_contacts.current(ctx.session, contract_id)
    prepared = store.of(ctx.session, row.id) if row else None
    people = ctx.directory.people(ctx.session, {ctx.subject.patient_id, *([prepared.changed_by] if prepared else [])})
    patient = people[ctx.subject.patient_id]
    return page(
        ctx,
        template,
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=patient,
        own=side_of(ctx) is Side.PATIENT,
        may_write=bool(ctx.whos & {Who.PATIENT, *CARE}),
        row=row,
        times=next_contacts.times(row) if row else None,
        zone=zone_of(row.zone if row else patient.zone),
        prepared=prepared,
        written_by=people[prepared.changed_by].name if prepared and prepared.changed_by in people else "",
        meeting_ways=MEETING,
        ways=WAYS,
        help_line=next_contacts.line(ctx, contract_id),
        **_earlier(ctx, contract_id),
    )


def _earlier(ctx: Ctx, contract_id: UUID) -> dict[str, object]:
    """One page of what was prepared for meetings that are over."""
    number = min(max(1, request.args.get("page", 1, int)), LAST_PAGE)
    rows = store.earlier(ctx.session, contract_id, SHOWN + 1, skip=SHOWN * (number - 1))
    return {
        "earlier": rows[:SHOWN],
        "previous": f"?page={number - 1}" if number > 1 else None,
        "next": f"?page={number + 1}" if len(rows) > SHOWN else None,
    }
