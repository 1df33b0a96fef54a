"""What a patient has said yes to, as JSON: say yes, read the words, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.delegates.consents import actions, store
from services.contract.delegates.consents.pages import by_me
from services.contract.delegates.consents.schemas import ConsentBody, ConsentJson
from services.contract.delegates.consents.tables import Consent
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Subject, Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("consents", __name__, "What a patient has agreed to, in the very words shown, and what was taken back.")


def by_own_consent(ctx: Ctx, consent_id: UUID) -> Subject | None:
    consent = store.get(ctx.session, consent_id)
    return Subject(patient_id=consent.patient_id) if consent else None


def _shown(consent: Consent) -> dict[str, Any]:
    return {**{field: getattr(consent, field, None) for field in ConsentJson().fields}, "consent_id": consent.id}


def _consent(ctx: Ctx, consent_id: UUID) -> dict[str, Any]:
    consent = store.get(ctx.session, consent_id)
    if consent is None:
        raise NotFound
    return _shown(consent)


CONSENT = Resource(ConsentJson, of=_consent, hold=lambda ctx, consent_id: store.for_change(ctx.session, consent_id))


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
