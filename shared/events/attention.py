"""What contract tells when somebody must look at something, and when it has been seen to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.base import ALL, Event


@dataclass(frozen=True, kw_only=True)
class ContractAttentionNeeded(
    Event, type="contract.attention.needed.v1", aggregate="patient_id", readers={"notify": ALL}
):
    """Somebody must look: notify opens a request or joins the open one with the same ``dedup_key``.

    ``priority`` is urgent, soon or routine; ``reason_key`` a text key, never free text; ``subject`` an opaque reference.
    """

    patient_id: UUID
    contract_id: UUID | None
    unit_id: UUID
    kind: str
    priority: str
    reason_key: str
    subject: str
    dedup_key: str
    at: datetime
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ContractAttentionSettled(
    Event, type="contract.attention.settled.v1", aggregate="patient_id", readers={"notify": ALL}
):
    """What somebody was to look at has been seen to where it stands: a request about nothing but ``subject`` is closed."""

    patient_id: UUID
    kind: str
    subject: str
    by: UUID | None
    at: datetime
