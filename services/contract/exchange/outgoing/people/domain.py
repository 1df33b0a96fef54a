"""Patients, practitioners and relatives as FHIR R4: the other way round of what ``who`` reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.contract.exchange.outgoing.shape.domain import (
    Json,
    extensions,
    identifiers,
    own_identifier,
    period,
    present,
    reference,
    resource,
    telecoms,
)
from services.contract.exchange.value.domain import TIMEZONE
from services.contract.exchange.who.domain import PersonDraft

LANGUAGE = "urn:ietf:bcp:47"


def patient(id_: UUID, draft: PersonDraft, changed: datetime | None = None, *, named: bool = False) -> Json:
    """Of somebody protected nothing tells how or where to reach them. ``named``: the reader, who helps them, may know their
    name and language and no more."""
    draft = replace(_unreachable(draft), identity=None, birth_date=None) if named else draft
    return resource(
        "Patient",
        str(id_),
        changed=changed,
        protected=draft.protected,
        active=not draft.dead,
        birthDate=draft.birth_date.isoformat() if draft.birth_date else None,
        deceasedDateTime=draft.deceased.isoformat() if draft.deceased else None,
        communication=[{"language": _language(draft), "preferred": True}],
        **_person(id_, draft),
    )


def practitioner(id_: UUID, draft: PersonDraft, changed: datetime | None = None, *, reachable: bool = False) -> Json:
    """A member of staff. ``reachable``: the reader may know how to reach them; patients reach the unit."""
    told = draft if reachable else _unreachable(draft)
    return resource(
        "Practitioner",
        str(id_),
        changed=changed,
        protected=draft.protected,
        active=not draft.dead,
        communication=[_language(draft)],
        **_person(id_, told),
    )


def relative(
    id_: UUID,
    person: tuple[UUID, PersonDraft],
    patient_id: UUID,
    relation: str,
    *,
    during: tuple[datetime, datetime | None],
    changed: datetime | None = None,
) -> Json:
    """Somebody whom a patient lets act for them, from when to when."""
    person_id, draft = person
    fields = _person(person_id, draft)
    return resource(
        "RelatedPerson",
        str(id_),
        changed=changed,
        protected=draft.protected,
        active=True,
        patient=reference("Patient", patient_id),
        relationship=[{"text": relation}] if relation else [],
        birthDate=draft.birth_date.isoformat() if draft.birth_date else None,
        communication=[{"language": _language(draft), "preferred": True}],
        period=period(*during),
        **{**fields, "identifier": [*fields["identifier"][:-1], own_identifier(id_)]},
    )


def _person(id_: UUID, draft: PersonDraft) -> Json:
    """What all of them have: numbers, one name as it is used, the zone they live in, how to reach them."""
    hidden = draft.protected
    return {
        "extension": extensions([(TIMEZONE, "valueCode", None if hidden else draft.zone)]),
        "identifier": identifiers(id_, draft.identity),
        "name": [present({"use": "official", "text": draft.name})],
        "telecom": [] if hidden else telecoms(draft.phone, draft.email),
    }


def _language(draft: PersonDraft) -> Json:
    return {"coding": [{"system": LANGUAGE, "code": draft.language}]}


def _unreachable(draft: PersonDraft) -> PersonDraft:
    return replace(draft, phone=None, email=None)
