"""What a patient has said yes to, as JSON: say yes, read the words, take it back; and staff who write down a yes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.delegates.consents import actions, store
from services.contract.delegates.consents.pages import STAFF, by_me, by_patient, knows_of
from services.contract.delegates.consents.schemas import ConsentBody, ConsentJson, ToldConsentBody
from services.contract.delegates.consents.tables import Consent
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Subject, Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("consents", __name__, "What a patient has agreed to, in the very words shown, and what was taken back.")
told = Door("told_consents", __name__, "What staff have written down of it.", "/patients/<uuid:patient_id>/consents")


def by_own_consent(ctx: Ctx, consent_id: UUID) -> Subject | None:
    consent = store.get(ctx.session, consent_id)
    return Subject(patient_id=consent.patient_id) if consent else None


def by_told(ctx: Ctx, patient_id: UUID, consent_id: UUID) -> Subject | None:
    """The patient's subject, if the consent is theirs."""
    consent = store.get(ctx.session, consent_id)
    theirs = consent is not None and consent.patient_id == patient_id and knows_of(ctx, consent)
    return by_patient(ctx, patient_id) if theirs else None


def _shown(consent: Consent) -> dict[str, Any]:
    return {**{field: getattr(consent, field, None) for field in ConsentJson().fields}, "consent_id": consent.id}


def _consent(ctx: Ctx, consent_id: UUID, **_patient: UUID) -> dict[str, Any]:
    consent = store.get(ctx.session, consent_id)
    if consent is None:
        raise NotFound
    return _shown(consent)


def _hold(ctx: Ctx, consent_id: UUID, **_patient: UUID) -> None:
    store.for_change(ctx.session, consent_id)


CONSENT = Resource(ConsentJson, of=_consent, hold=_hold)
TOLD = Resource(ConsentJson, of=_consent, hold=_hold)


@api.list("", ConsentJson)
@policy("consent", "list", Who.PATIENT, about=by_me, log="read what you have said yes to")
def list_consents(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Everything one has ever said yes to, the newest first."""
    page: Page = asked["page"]
    me = ctx.viewer.person_id
    found = page.cut(store.of_patient(ctx.session, me) if me else [], lambda one: [str(one.id)])
    return Listed([_shown(one) for one in found.items], found.mark)


@api.read("/<uuid:consent_id>", CONSENT)
@policy("consent", "read_own", Who.PATIENT, about=by_own_consent, log="read what you have said yes to")
def read_consent(ctx: Ctx, consent_id: UUID) -> None:
    """One yes, with the words agreed to."""


@api.create("", CONSENT, ConsentBody)
@policy("consent", "give", Who.PATIENT, about=by_me, log="said yes to something")
def give_consent(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Say yes to the words as they stand now. Saying yes twice is one yes."""
    if ctx.viewer.person_id is None:
        raise NotFound
    return {"consent_id": actions.give(ctx, patient_id=ctx.viewer.person_id, **data)}


@api.remove("/<uuid:consent_id>", CONSENT)
@policy("consent", "withdraw_own", Who.PATIENT, about=by_own_consent, log="took back something said yes to")
def withdraw_consent(ctx: Ctx, consent_id: UUID) -> None:
    """Take it back, at once and without a reason. What was agreed to, and when, stays readable."""
    actions.withdraw(ctx, consent_id)


@told.list("", ConsentJson)
@policy("consent", "read", *STAFF, about=by_patient, log="read what you have said yes to")
def list_told(ctx: Ctx, asked: dict[str, Any], patient_id: UUID) -> Listed[dict[str, Any]]:
    """Everything the patient has ever said yes to, the newest first."""
    page: Page = asked["page"]
    found = page.cut(store.seen_by(ctx, patient_id), lambda one: [str(one.id)])
    return Listed([_shown(one) for one in found.items], found.mark)


@told.read("/<uuid:consent_id>", TOLD)
@policy("consent", "read", *STAFF, about=by_told, log="read what you have said yes to")
def read_told(ctx: Ctx, patient_id: UUID, consent_id: UUID) -> None:
    """One yes of the patient's."""


@told.create("", TOLD, ToldConsentBody)
@policy("consent", "record", *STAFF, about=by_patient, log="wrote down that you said yes to something")
def record(ctx: Ctx, data: dict[str, Any], patient_id: UUID) -> dict[str, UUID]:
    """What the patient said yes to in the room, by phone or on paper."""
    return {"patient_id": patient_id, "consent_id": actions.give(ctx, patient_id=patient_id, **data)}


@told.remove("/<uuid:consent_id>", TOLD)
@policy("consent", "withdraw told", *STAFF, about=by_told, log="took back something you had said yes to")
def withdraw_told(ctx: Ctx, patient_id: UUID, consent_id: UUID) -> None:
    """Take it back on the patient's word."""
    actions.withdraw(ctx, consent_id)
