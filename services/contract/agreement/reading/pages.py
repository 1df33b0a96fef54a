"""The agreement on a page: the patient's own, the same for their contact, on paper, and as it was before."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement import store
from services.contract.agreement.content.domain import Content, Part, from_json, may_write
from services.contract.agreement.content.seeing.domain import hides, seen, seen_changes
from services.contract.agreement.domain import TO_ACTIVATE, Need, State
from services.contract.agreement.joining import store as joining
from services.contract.agreement.reading.domain import MISSING, OWN_MISSING, names_of, words
from services.contract.agreement.reading.store import Reading, read, sight_of
from services.contract.agreement.understanding import store as explaining
from services.contract.agreement.understanding.domain import read_all
from services.contract.named_contact import store as named_contacts
from services.contract.named_contact.changing.store import contact_told
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import CARE, CARE_READS, side_of
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Subject, Who, policy
from shared.register.store import Person
from shared.time import to_instant, zone_of
from shared.web.forms import Errors
from shared.web.pages import back, page

pages = Blueprint("reading", __name__, url_prefix="/contract/agreement", template_folder="../templates")
SHOWN = "agreement/show.html"
WITH_PART = (Who.PATIENT, Who.DELEGATE, *CARE_READS)
READERS = (*WITH_PART, Who.BREAK_GLASS)


def by_contract(ctx: Ctx, contract_id: UUID, **_more: object) -> Subject | None:
    return next_contacts.subject(ctx, contract_id, "see_contract")


@pages.get("/<uuid:contract_id>")
@policy("agreement", "read", *READERS, about=by_contract, log="read the agreement")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    """Before the patient's yes to working this way there is nothing to read: that is asked first."""
    contract = store.contract(ctx.session, contract_id)
    if contract is not None and State(contract.state) is State.DRAFT:
        return back(f"/contract/joining/{contract_id}")
    return agreement_page(ctx, contract_id)


@pages.get("/<uuid:contract_id>/paper")
@policy("agreement", "read", *READERS, about=by_contract, log="read the agreement on paper")
def paper(ctx: Ctx, contract_id: UUID) -> Response:
    """Large type, everything open, for the kitchen table."""
    return agreement_page(ctx, contract_id, template="agreement/paper.html")


@pages.get("/<uuid:contract_id>/versions/<int:number>")
@policy("agreement", "read", *READERS, about=by_contract, log="read an earlier version of the agreement")
def version(ctx: Ctx, contract_id: UUID, number: int) -> Response:
    """A version that both once agreed on, just as it was."""
    reading, old = found(ctx, contract_id), store.version(ctx.session, contract_id, number)
    if old is None or old.state == "draft":
        raise NotFound
    content = from_json(old.content)
    people = ctx.directory.people(ctx.session, reading.people() | _contact(content))
    return page(
        ctx,
        "agreement/version.html",
        reading=reading,
        old=old,
        edit=False,
        contact_now=None,
        agreed=None,
        suggested=None,
        **_context(ctx, reading, content, people),
    )


def agreement_page(
    ctx: Ctx, contract_id: UUID, errors: Errors | None = None, *, template: str = SHOWN, status: int = 422
) -> Response:
    """The whole contract, with what this viewer may do with it."""
    reading = found(ctx, contract_id)
    joined = joining.answer(ctx.session, contract_id)
    people = ctx.directory.people(ctx.session, reading.people() | ({joined.by} if joined else set()))
    waits = reading.waits_for
    return page(
        ctx,
        template,
        status=status if errors else 200,
        errors=errors or {},
        help_line=next_contacts.line(ctx, contract_id),
        reading=reading,
        joined=joined,
        edit=template == SHOWN,
        to_do=to_do(ctx, contract_id),
        hindered=[need for need in reading.needs if need in TO_ACTIVATE],
        suggested=to_instant(waits.suggested_local, waits.zone) if waits and waits.suggested_local else None,
        agreed=next_contacts.times(reading.next_contact).agreed if reading.next_contact else None,
        time_shown=waits.suggested_local.isoformat() if waits and waits.suggested_local else "",
        missing=OWN_MISSING if Who.PATIENT in ctx.whos else MISSING,
        part_names=partial(names_of, own=Who.PATIENT in ctx.whos),
        versions=[one for one in store.versions(ctx.session, contract_id) if one.state != "draft"],
        handed_over=_handed_over(ctx, contract_id),
        contact_now=contact_told(ctx, contract_id, own=Who.PATIENT in ctx.whos),
        **_context(ctx, reading, reading.content, people),
    )


def to_do(ctx: Ctx, contract_id: UUID) -> dict[Need, str]:
    """Where this viewer does what is missing; what others must do has no address."""
    if not ctx.whos & {Who.PATIENT, *CARE}:
        return {}
    here = f"/contract/agreement/{contract_id}"
    commitment = Need.PATIENT_COMMITMENT if side_of(ctx) is Side.PATIENT else Need.CARE_COMMITMENT
    own = {Need.OWN_WORDS: f"{here}/text/what_matters"} if may_write(Part.WHAT_MATTERS, side_of(ctx)) else {}
    both = {Need.GOAL: f"{here}/items/goals/new", Need.OPTIONS: f"{here}/text/options"}
    time = {Need.NEXT_STEP: f"/contract/next-contact/{contract_id}"}
    return own | both | time | {commitment: f"{here}/items/commitments/new"}


def _context(ctx: Ctx, reading: Reading, content: Content, people: dict[UUID, Person]) -> dict[str, Any]:
    side, patient = side_of(ctx), people[reading.contract.patient_id]
    sight = sight_of(ctx, patient.person_id)
    begun = State(reading.contract.state) is not State.DRAFT
    own = begun and bool(ctx.whos & {Who.PATIENT, *CARE})
    return {
        "contract_id": reading.contract.id,
        "content": seen(content, sight),
        "hides": sight.units is not None and hides(content, sight),
        "news": list(seen_changes(reading.news, sight)),
        "names": {str(one.person_id): one.name for one in people.values()},
        "patient": patient,
        "zone": zone_of(patient.zone),
        "side": side,
        "in_an_emergency": Who.BREAK_GLASS in ctx.whos,
        "for_patient": bool(ctx.whos & {Who.PATIENT, Who.DELEGATE}),
        "may_write": {part.value for part in Part if own and may_write(part, side)},
        "can_write": own,
        "may_confirm": begun and may_confirm(ctx),
        "may_ask": own or Who.DELEGATE in ctx.whos,
        "words": words(own=Who.PATIENT in ctx.whos),
        **_explaining(ctx, reading.contract.id, seen(content, sight), patient),
    }


def _explaining(ctx: Ctx, contract_id: UUID, content: Content, patient: Person) -> dict[str, Any]:
    """How the care's texts read, and whether it has asked what came through: for the care, and never a hindrance."""
    if not ctx.whos & set(CARE):
        return {"explained": None}
    texts = read_all(content.own, patient.language)
    return {"explained": explaining.stands(ctx.session, contract_id), "read": texts}


def _handed_over(ctx: Ctx, contract_id: UUID) -> dict[str, Any] | None:
    """What the contact before left for whoever answers now, and nobody else."""
    row = named_contacts.handed_over(ctx.session, contract_id, ctx.now) if ctx.whos & set(CARE) else None
    before = ctx.directory.person(ctx.session, row.person_id) if row else None
    return {"who": before.name, "at": row.ends, "note": row.handover_note} if row and before else None


def may_confirm(ctx: Ctx) -> bool:
    """The patient, somebody the patient lets agree for them, or the named contact; a deputy reads and writes."""
    return bool(ctx.whos & {Who.PATIENT, Who.CONTACT}) or _agrees_for_patient(ctx)


def _agrees_for_patient(ctx: Ctx) -> bool:
    person, subject = ctx.viewer.person_id, ctx.subject
    if Who.DELEGATE not in ctx.whos or person is None or subject is None or subject.patient_id is None:
        return False
    return "confirm_contract" in ctx.directory.scopes(ctx.session, person, subject.patient_id, ctx.now)


def _contact(content: Content) -> set[UUID]:
    return {UUID(content.named_contact)} if content.named_contact else set()


def found(ctx: Ctx, contract_id: UUID) -> Reading:
    reading = read(ctx, contract_id)
    if reading is None:
        raise NotFound
    return reading
