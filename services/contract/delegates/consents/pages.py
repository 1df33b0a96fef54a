"""What I have said yes to: each thing by itself, given or taken back in one touch; and staff who write down a yes."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.delegates.consents import actions, store
from services.contract.delegates.consents.domain import (
    CHANNEL_OF,
    HOW,
    NAMED,
    OF_UNIT,
    SHARE_UNIT,
    title_for,
    words_for,
)
from services.contract.delegates.consents.schemas import GiveForm, RecordForm
from services.contract.delegates.consents.tables import Consent
from services.contract.people import store as people
from services.contract.people.tables import Person
from services.contract.units import store as units
from shared.channels import CHANNELS
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _, _l
from shared.policy import Subject, Who, policy
from shared.relations import roles_towards
from shared.roles import NOT_IN_CARE
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/consents"
pages = Blueprint("consents", __name__, url_prefix=HERE, template_folder="templates")

SAID = {
    "given": _l("Saved. You can take it back here at any time."),
    "withdrawn": _l("Taken back. It holds no longer."),
    "recorded": _l("Saved. The patient sees it on their own page."),
}
STAFF = (Who.CONTACT, Who.DEPUTY, Who.STAFF)


def by_me(ctx: Ctx) -> Subject | None:
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


def by_patient(ctx: Ctx, patient_id: UUID) -> Subject | None:
    """A patient, and the unit of theirs where the viewer works."""
    patient = people.get(ctx.session, patient_id)
    if patient is None or patient.kind != "patient":
        return None
    theirs = people.units_of(ctx.session, patient_id)
    roles = roles_towards(ctx, patient_id)
    mine = sorted(role.unit_id for role in roles if role.role not in NOT_IN_CARE and role.unit_id in theirs)
    return Subject(patient_id=patient_id, unit_id=next(iter(mine), None))


def by_consent(ctx: Ctx, consent_id: UUID) -> Subject | None:
    consent = store.get(ctx.session, consent_id)
    return by_patient(ctx, consent.patient_id) if consent and knows_of(ctx, consent) else None


def knows_of(ctx: Ctx, consent: Consent) -> bool:
    """Whether the viewer may know that there is such a consent."""
    unit = {UUID(consent.scope)} if consent.kind in OF_UNIT else set[UUID]()
    return ctx.viewer.person_id == consent.patient_id or not units.hidden_from(ctx, unit)


@pages.get("")
@policy("consent", "list", Who.PATIENT, about=by_me, log="read what you have said yes to")
def list_(ctx: Ctx) -> Response:
    return _mine(ctx)


@pages.post("")
@policy("consent", "give", Who.PATIENT, about=by_me, log="said yes to something")
def give(ctx: Ctx) -> Response:
    data, errors = read_form(GiveForm())
    errors = errors or tried(ctx, lambda: actions.give(ctx, patient_id=_patient(ctx).id, **data))
    return _mine(ctx, errors) if errors else back(HERE, said="consents.given")


@pages.post("/<uuid:consent_id>/withdraw")
@policy("consent", "withdraw", Who.PATIENT, *STAFF, about=by_consent, log="took back something you had said yes to")
def withdraw(ctx: Ctx, consent_id: UUID) -> Response:
    """By the patient, or by staff on their word."""
    actions.withdraw(ctx, consent_id)
    patient = _patient(ctx)
    mine = patient.id == ctx.viewer.person_id
    return back(HERE if mine else f"{HERE}/of/{patient.id}", said="consents.withdrawn")


@pages.get("/of/<uuid:patient_id>")
@policy("consent", "read", *STAFF, about=by_patient, log="read what you have said yes to")
def show(ctx: Ctx, patient_id: UUID) -> Response:
    return _of(ctx)


@pages.post("/of/<uuid:patient_id>")
@policy("consent", "record", *STAFF, about=by_patient, log="wrote down that you said yes to something")
def record(ctx: Ctx, patient_id: UUID) -> Response:
    """What the patient said yes to in the room, by phone or on paper."""
    data, errors = read_form(RecordForm())
    errors = errors or tried(ctx, partial(_record, ctx, patient_id, data))
    return _of(ctx, errors) if errors else back(f"{HERE}/of/{patient_id}", said="consents.recorded")


def _record(ctx: Ctx, patient_id: UUID, data: dict[str, Any]) -> None:
    kind, _space, unit = data["what"].partition(" ")
    about = data["about"] if kind == "share_plan" else unit
    actions.give(ctx, patient_id=patient_id, kind=kind, about=about, how=data["how"])


def _mine(ctx: Ctx, errors: Errors | None = None) -> Response:
    return _page(ctx, "consents/mine.html", errors, offers=_offers(ctx, _patient(ctx)))


def _of(ctx: Ctx, errors: Errors | None = None) -> Response:
    offers = _offers(ctx, _patient(ctx))
    choices = [(f"{one['kind']} {one['about']}".strip(), one["title"], one["words"]) for one in offers]
    party = ("share_plan", _("Share the plan with somebody outside the care"), words_for("share_plan", "…"))
    how = [(key, text) for key, text in HOW.items() if key != "self"]
    return _page(ctx, "consents/of.html", errors, choices=[*choices, party], how=how)


def _page(ctx: Ctx, template: str, errors: Errors | None, **more: Any) -> Response:
    patient = _patient(ctx)
    consents = store.seen_by(ctx, patient.id)
    asked = {who for one in consents for who in (one.asked_by, one.withdrawn_by) if who}
    return page(
        ctx,
        template,
        status=422 if errors else 200,
        errors=errors or {},
        patient=patient,
        standing=[(one, _titled(one)) for one in consents if one.withdrawn_at is None],
        before=[(one, _titled(one)) for one in consents if one.withdrawn_at is not None],
        names={key: person.name for key, person in ctx.directory.people(ctx.session, asked).items()},
        how_given=HOW,
        **more,
    )


def _titled(consent: Consent) -> str:
    return title_for(consent.kind, consent.about)


def _offers(ctx: Ctx, patient: Person) -> list[dict[str, str]]:
    """What can be said yes to and has not been. Whom to share the plan with is written, not chosen."""
    said = {(one.kind, one.scope) for one in store.of_patient(ctx.session, patient.id) if one.withdrawn_at is None}
    return [
        {"kind": kind, "about": about, "title": title_for(kind, name), "words": words_for(kind, name)}
        for kind, about, name in _offered(ctx, patient)
        if (kind, about if kind in NAMED else "") not in said
    ]


def _offered(ctx: Ctx, patient: Person) -> list[tuple[str, str, str]]:
    theirs = people.units_of(ctx.session, patient.id)
    hidden = set() if ctx.viewer.person_id == patient.id else units.hidden_from(ctx, theirs)
    known = units.listed(ctx.session, theirs - hidden)
    sms = [("sms", str(unit.id), unit.name) for unit in known]
    shared = [(SHARE_UNIT, str(unit.id), unit.name) for unit in known if unit.sensitive]
    rest = [(kind, "", "") for kind in ("email", "detail", "tell_family")]
    return [one for one in (*sms, *shared, *rest) if CHANNEL_OF.get(one[0]) in (None, *CHANNELS)]


def _patient(ctx: Ctx) -> Person:
    subject = ctx.subject
    patient = people.get(ctx.session, subject.patient_id) if subject and subject.patient_id else None
    if patient is None:
        raise NotFound
    return patient
