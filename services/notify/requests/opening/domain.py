"""What somebody or a rule wants looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from services.notify.requests.domain import Priority


@dataclass(frozen=True, kw_only=True)
class Need:
    """One need. ``key`` is the same each time the same need is told; ``asked_by`` is the person who asked, None for a
    rule; ``subject`` an opaque reference to what it is about."""

    patient_id: UUID
    unit_id: UUID
    contract_id: UUID | None
    kind: str
    priority: Priority
    reason_key: str
    subject: str
    key: str
    at: datetime
    rule_made: bool
    asked_by: UUID | None = None
    request_id: UUID = field(default_factory=uuid4)
