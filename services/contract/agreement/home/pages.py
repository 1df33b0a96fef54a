"""The first page: a patient's next step and who answers today, a helper's patients, an admin's contracts."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for

from services.contract.agreement import actions
from services.contract.agreement import store as agreements
from services.contract.agreement.domain import TO_ACTIVATE, State
from services.contract.agreement.home import store
from services.contract.agreement.home.domain import Today, today
from services.contract.agreement.home.schemas import AcceptForm
from services.contract.agreement.missing import store as missing
from services.contract.agreement.missing.domain import CALLED, Missing
from services.contract.agreement.reading.domain import LACKS, STATES
from services.contract.agreement.reading.store import Reading, read
from services.contract.agreement.tables import Contract
from services.contract.break_glass import store as break_glass
from services.contract.break_glass.reviewing.store import unreviewed
from services.contract.named_contact import store as named_contacts
from services.contract.named_contact.changing.store import contact_told
from services.contract.named_contact.domain import words_for_patients
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.words.domain import words
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.phone import readable
from shared.policy import Subject, Who, policy
from shared.time import zone_of
from shared.web import marks
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("home", __name__, url_prefix="/contract/home", template_folder="templates")
WORKLIST, CHECKS = "/notify/worklist", "/contract/looked/reviews"
SHOWN = 50
SAID = {"accepted": _l("Saved. The patient has a named contact now, and both can begin to write.")}


def by_proposal(ctx: Ctx, proposal_id: UUID) -> Subject | None:
    found = named_contacts.proposal(ctx.session, proposal_id)
    return Subject(patient_id=found.patient_id, unit_id=found.unit_id) if found else None


@pages.get("")
@policy("home", "read", Who.SIGNED_IN, log="saw who has an agreement and how far it is")
def show(ctx: Ctx) -> Response:
    """Each kind of person's own first page; those who answer patients begin with what waits for an answer."""
    if ctx.viewer.kind == "patient":
        return _patient_home(ctx)
    if Who.ADMIN in ctx.whos:
        return _admin_home(ctx)
    if Who.STAFF in ctx.whos:
        return cast(Response, redirect(WORKLIST, 303))
    if Who.AUDITOR in ctx.whos:
        return cast(Response, redirect(CHECKS, 303))
    return page(ctx, "home/helper.html", **_helped(ctx))


@pages.post("/proposals/<uuid:proposal_id>/accept")
@policy("named_contact", "accept", Who.ADMIN, about=by_proposal, log="accepted a proposed named contact")
def accept(ctx: Ctx, proposal_id: UUID) -> Response:
    """Opens the patient's agreement where there is none, and appoints."""
    data, errors = read_form(AcceptForm())
    if errors:
        return _admin_home(ctx, errors, asked=proposal_id)
    try:
        with ctx.session.begin_nested():
            actions.accept_proposal(ctx, proposal_id, **data)
    except Refused as refused:
        return _admin_home(ctx, {refused.field or "main": [cast(str, refused.text)]}, asked=proposal_id)
    return back("/contract/home", said="home.accepted")


def _patient_home(ctx: Ctx) -> Response:
    me = ctx.viewer.person_id
    contract = agreements.open_of(ctx.session, me) if me else None
    reading = read(ctx, contract.id) if contract else None
    facts = ctx.directory.covers_of(ctx.session, [contract.id]).get(contract.id) if contract else None
    now = today(facts, ctx.now) if facts else None
    patient = ctx.directory.person(ctx.session, me) if me else None
    if patient is None:
        raise NotFound
    row = reading.next_contact if reading else None
    names = ctx.directory.people(ctx.session, now.people() if now else ())
    mine_waits = reading is not None and _waits_for_patient(reading)
    return page(
        ctx,
        "home/patient.html",
        reading=reading,
        row=row,
        times=next_contacts.times(row) if row else None,
        zone=zone_of(patient.zone),
        **words(own=True),
        today=now,
        number=readable(now.number) if now else None,
        names={person: known.name for person, known in names.items()},
        away=_away(ctx, now, patient.zone) if now else None,
        to_confirm=bool(reading and mine_waits and not TO_ACTIVATE.intersection(reading.needs)),
        to_write=bool(reading and mine_waits and TO_ACTIVATE.intersection(reading.needs)),
        opened=break_glass.lately(ctx.session, patient.person_id, ctx.now),
        **_care(ctx, contract),
        **_helped(ctx),
    )


def _waits_for_patient(reading: Reading) -> bool:
    """Whether the patient writes or says yes next. Before they have said yes to working this way they are asked that."""
    begun = State(reading.contract.state) is not State.DRAFT
    return begun and reading.version.state == "draft" and Side.PATIENT not in reading.yes


def _care(ctx: Ctx, contract: Contract | None) -> dict[str, Any]:
    """Whom to ring, and what is told of the named contact."""
    return {
        "help_line": next_contacts.line(ctx, contract.id) if contract else None,
        "contact_now": contact_told(ctx, contract.id, own=True) if contract else None,
    }


def _away(ctx: Ctx, now: Today, zone: str) -> tuple[str, str] | None:
    """The sentence that was seen when the absence was set, and the line left for patients."""
    absence = named_contacts.away_now(ctx.session, now.away_id, ctx.now) if now.away_id else None
    instead = now.person_id or now.reader_id
    names = ctx.directory.people(ctx.session, [who for who in (now.away_id, instead) if who])
    if absence is None or now.away_id not in names:
        return None
    answers = names[instead].name if instead in names else None
    facts = named_contacts.plain(absence)
    return words_for_patients(names[now.away_id].name, facts, answers, zone=zone, now=ctx.now), absence.note


def _helped(ctx: Ctx) -> dict[str, Any]:
    helped = store.helped_by(ctx, ctx.viewer.person_id) if ctx.viewer.person_id else []
    ctx.saw(one.patient_id for one in helped)
    people = ctx.directory.people(ctx.session, [one.patient_id for one in helped])
    return {"helped": helped, "people": people}


def _admin_home(ctx: Ctx, errors: Errors | None = None, asked: UUID | None = None) -> Response:
    units, after = run_by(ctx.viewer.roles), marks.read(request.args.get("after"))
    chosen = Missing(kind) if (kind := request.args.get("missing")) in set(Missing) else None
    found = missing.marks(ctx, units, chosen, after, SHOWN + 1)
    statuses = store.statuses(ctx, [key for _since, key in found[:SHOWN]])
    proposals = named_contacts.open_proposals(ctx.session, units, None, SHOWN)
    patients = {status.contract.patient_id for status in statuses} | {one.patient_id for one in proposals}
    ctx.saw(patients)
    named = patients | {one.person_id for one in proposals} | {s.contact_id for s in statuses if s.contact_id}
    proposing = {one.unit_id for one in proposals}
    further = marks.written(found[SHOWN - 1]) if len(found) > SHOWN else None
    return page(
        ctx,
        "home/admin.html",
        status=409 if errors else 200,
        errors=errors or {},
        statuses=statuses,
        proposals=proposals,
        asked=asked,
        names={person: known.name for person, known in ctx.directory.people(ctx.session, named).items()},
        units={key: unit.name for key, unit in ctx.directory.units(ctx.session, proposing).items()},
        lacks=LACKS,
        states=STATES,
        kinds=CALLED,
        **_waiting(ctx, units),
        most=missing.MOST_COUNTED,
        chosen=chosen,
        after=after,
        more=url_for(".show", missing=chosen, after=further) if further else None,
    )


def _waiting(ctx: Ctx, units: list[UUID]) -> dict[str, Any]:
    """How many agreements lack what, and the units where emergencies wait that nobody there may judge, with how many."""
    waiting = {unit: count for unit, count in unreviewed(ctx.session, units).items() if count}
    named = [(unit.name, waiting[key]) for key, unit in ctx.directory.units(ctx.session, waiting).items()]
    return {"counts": missing.counts(ctx, units), "unreviewed": named}
