"""What notify tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.base import ALL, Event
from shared.events.parts import QuietInterval


@dataclass(frozen=True, kw_only=True)
class DeliveryDelivered(Event, type="notify.delivery.delivered.v1", aggregate="reminder_id", readers={"selfcare": ALL}):
    """A provider accepted the message of this attempt."""

    reminder_id: UUID
    attempt: int
    channel: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Event, type="notify.delivery.failed.v1", aggregate="reminder_id", readers={"selfcare": ALL}):
    """No channel could take this attempt; ``reason_key`` says why (unreachable, no_channel, expired, deceased)."""

    reminder_id: UUID
    attempt: int
    reason_key: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event, type="notify.preferences.changed.v1", aggregate="person_id", readers={"selfcare": ALL}):
    """When one person wants quiet, in their own zone. How they are reached stays in notify."""

    person_id: UUID
    quiet_hours: tuple[QuietInterval, ...]


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(Event, type="notify.request.answered.v1", aggregate="request_id", readers={"contract": ALL}):
    """A person answered a request. The words stay in notify."""

    request_id: UUID
    patient_id: UUID
    contract_id: UUID | None
    answered_by: UUID
    answered_at: datetime
