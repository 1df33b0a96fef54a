"""What selfcare tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.base import ALL, Event
from shared.events.parts import Booking


@dataclass(frozen=True, kw_only=True)
class SelfcareAttentionNeeded(
    Event, type="selfcare.attention.needed.v1", aggregate="patient_id", readers={"notify": ALL}
):
    """As ``ContractAttentionNeeded``, seen by selfcare: can't come, no answer in time, needs to come in."""

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
class ReminderDue(Event, type="selfcare.reminder.due.v1", aggregate="reminder_id", readers={"notify": ALL}):
    """One attempt to tell one person about one occurrence. Late after ``useful_until`` it must not be sent.

    ``answer_until`` is set when an answer is asked for; ``attempt`` counts from 1 and makes each send its own.
    """

    reminder_id: UUID
    attempt: int
    recipient_id: UUID
    patient_id: UUID
    unit_id: UUID
    kind: str
    starts_local: datetime
    zone: str
    useful_until: datetime
    answer_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReminderCancelled(Event, type="selfcare.reminder.cancelled.v1", aggregate="reminder_id", readers={"notify": ALL}):
    """What has not been sent of this reminder may not be sent any more."""

    reminder_id: UUID
    reason_key: str


@dataclass(frozen=True, kw_only=True)
class ReminderAnswered(Event, type="selfcare.reminder.answered.v1", aggregate="reminder_id", readers={"contract": ALL}):
    """What the person answered, the latest standing: ``answer`` is yes, cannot or another_time."""

    reminder_id: UUID
    subject_kind: str
    subject_id: UUID
    subject_version: int
    patient_id: UUID
    answered_by: UUID
    answer: str
    answered_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReminderUnanswered(
    Event, type="selfcare.reminder.unanswered.v1", aggregate="reminder_id", readers={"contract": ALL}
):
    """Delivered, and no answer came in time."""

    reminder_id: UUID
    subject_kind: str
    subject_id: UUID
    patient_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BookingsChanged(Event, type="selfcare.bookings.changed.v1", aggregate="patient_id", readers={"contract": ALL}):
    """Everything one patient is booked for that is not over: dialysis sessions as far ahead as they are planned, and
    stays. Nothing, when they are booked for nothing."""

    patient_id: UUID
    times: tuple[Booking, ...]
