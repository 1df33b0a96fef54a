"""The facts by which a person is asked to look at something: what kind, how soon, and what it joins."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.events import SelfcareAttentionNeeded


class Concerned(Protocol):
    """Whatever has a patient, a unit and an id: a reminder, a row of one, a request for a stay."""

    @property
    def id(self) -> UUID: ...
    @property
    def patient_id(self) -> UUID: ...
    @property
    def unit_id(self) -> UUID: ...
    @property
    def contract_id(self) -> UUID | None: ...


def attention(
    about: Concerned,
    kind: str,
    reason_key: str,
    at: datetime,
    *,
    priority: str = "soon",
    subject: str = "reminder",
    by: UUID | None = None,
) -> SelfcareAttentionNeeded:
    """One open request per patient and kind: a later cause of the same kind joins it by the same key.

    ``by`` is who asked, when it was somebody who helps the patient.
    """
    return SelfcareAttentionNeeded(
        patient_id=about.patient_id,
        contract_id=about.contract_id,
        unit_id=about.unit_id,
        kind=kind,
        priority=priority,
        reason_key=reason_key,
        subject=f"{subject}:{about.id}",
        dedup_key=f"{kind}:{about.patient_id}",
        at=at,
        on_behalf_of=by if by != about.patient_id else None,
    )


def undeliverable(about: Concerned, reason_key: str, at: datetime) -> SelfcareAttentionNeeded:
    """A question never reached the person: that is not the same as no answer, and is never called so."""
    return attention(about, "undeliverable", reason_key, at)
