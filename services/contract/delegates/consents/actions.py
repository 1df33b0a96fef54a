"""A patient says yes, or takes it back: at once, without a reason, as often as they like."""

from __future__ import annotations

from uuid import UUID, uuid4

from services.contract.delegates.consents import store
from services.contract.delegates.consents.domain import (
    KINDS,
    LONGEST_PARTY,
    NAMED,
    OF_UNIT,
    VERSION,
    scope_of,
    words_for,
)
from services.contract.delegates.consents.tables import Consent
from services.contract.people import store as people
from services.contract.units import store as units
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l, speaking


def give(ctx: Ctx, *, patient_id: UUID, kind: str, about: str = "", how: str = "self") -> UUID:
    """The patient agrees to the words as they stand now, in their own language. Agreeing twice changes nothing.

    ``about`` is a unit's id for ``sms`` and ``share_unit``, a party's name for ``share_plan``. Raises ``NotFound`` for an
    unknown patient or unit, ``Refused`` for somebody who has died.
    """
    patient, asker = people.for_change(ctx.session, patient_id), ctx.viewer.person_id
    if patient is None or patient.kind != "patient" or kind not in KINDS or asker is None:
        raise NotFound
    if patient.deceased:
        raise Refused(_l("This person has died."))
    name = _name(ctx, patient_id, kind, about)
    there = store.standing(ctx.session, patient_id, kind, about)
    if there is not None and there.wording == VERSION:
        return there.id
    if there is not None:
        there.withdrawn_at, there.withdrawn_by = ctx.now, asker
        ctx.session.flush()
    with speaking(patient.language):
        given = Consent(id=uuid4(), patient_id=patient_id, kind=kind, about=name, words=words_for(kind, name))
    given.scope, given.wording, given.language, given.how = scope_of(kind, about), VERSION, patient.language, how
    given.asked_by, given.given_at = asker, ctx.now
    ctx.session.add(given)
    ctx.session.flush()
    return given.id


def withdraw(ctx: Ctx, consent_id: UUID) -> None:
    """From now on it doesn't hold. Taking it back twice is harmless."""
    consent = store.for_change(ctx.session, consent_id)
    if consent is None:
        raise NotFound
    if consent.withdrawn_at is None:
        consent.withdrawn_at, consent.withdrawn_by = ctx.now, ctx.viewer.person_id


def _name(ctx: Ctx, patient_id: UUID, kind: str, about: str) -> str:
    if kind not in NAMED:
        return ""
    if kind in OF_UNIT:
        unit = units.get(ctx.session, _unit_id(about))
        if unit is None or (ctx.viewer.person_id != patient_id and units.hidden_from(ctx, [unit.id])):
            raise NotFound
        return unit.name
    name = " ".join(about.split())
    if not name or len(name) > LONGEST_PARTY:
        raise Refused(_l("Write who it is."), field="about")
    return name


def _unit_id(about: str) -> UUID:
    try:
        return UUID(about)
    except ValueError:
        raise NotFound from None
