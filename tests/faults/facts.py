"""What is told in the mix, and how a number is hidden in each event: five kinds of things, all six streams.

Two of notify's handlers answer by telling something themselves, as the product's do, in the handler's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.bus.outbox import stream_name
from shared.events import (
    ContractAttentionNeeded,
    DeliveryDelivered,
    Event,
    NextContactAgreed,
    NextContactCancelled,
    NextContactMoved,
    PersonChanged,
    ReminderAnswered,
    ReminderCancelled,
    ReminderDue,
    RequestAnswered,
    SelfcareAttentionNeeded,
)

SOMEBODY = UUID(int=7)
DAY = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - a wall time, as the events carry it
ZERO = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def _person(person_id: UUID, number: int) -> Event:
    return PersonChanged(person_id=person_id, kind="patient", name=str(number), language="sv", zone="Europe/Stockholm")


def _next_contact(next_contact_id: UUID, number: int) -> Event:
    ids: dict[str, Any] = {"next_contact_id": next_contact_id, "contract_id": SOMEBODY, "patient_id": SOMEBODY}
    if number % 5 == 4:
        return NextContactCancelled(**ids, version=number)
    told = NextContactMoved if number % 5 else NextContactAgreed
    return told(**ids, unit_id=SOMEBODY, version=number, starts_local=DAY, zone="Europe/Stockholm", way="visit")


def _need(event: type[ContractAttentionNeeded | SelfcareAttentionNeeded]) -> Callable[[UUID, int], Event]:
    def make(patient_id: UUID, number: int) -> Event:
        texts: dict[str, Any] = {
            "kind": "asks",
            "priority": "soon",
            "reason_key": str(number),
            "subject": "",
            "dedup_key": str(number),
        }
        return event(patient_id=patient_id, contract_id=None, unit_id=SOMEBODY, at=ZERO, **texts)

    return make


def _reminder(reminder_id: UUID, number: int) -> Event:
    if number % 3 == 1:
        return ReminderAnswered(
            reminder_id=reminder_id, subject_kind="next_contact", subject_id=SOMEBODY, subject_version=number,
            patient_id=SOMEBODY, answered_by=SOMEBODY, answer="yes", answered_at=ZERO,
        )  # fmt: skip
    if number % 3 == 2:
        return ReminderCancelled(reminder_id=reminder_id, reason_key=str(number))
    return ReminderDue(
        reminder_id=reminder_id, attempt=number, recipient_id=SOMEBODY, patient_id=SOMEBODY, unit_id=SOMEBODY,
        kind="visit", starts_local=DAY, zone="Europe/Stockholm", useful_until=ZERO, answer_until=None,
    )  # fmt: skip


THINGS: dict[str, dict[str, Callable[[UUID, int], Event]]] = {
    "contract": {"person": _person, "next_contact": _next_contact, "need": _need(ContractAttentionNeeded)},
    "selfcare": {"reminder": _reminder, "need": _need(SelfcareAttentionNeeded)},
}
"""By producer: how the event number ``n`` of one thing is made."""

NUMBERS: dict[type[Event], Callable[[Any], int]] = {
    PersonChanged: lambda event: int(event.name),
    NextContactAgreed: lambda event: int(event.version),
    NextContactMoved: lambda event: int(event.version),
    NextContactCancelled: lambda event: int(event.version),
    ContractAttentionNeeded: lambda event: int(event.reason_key),
    SelfcareAttentionNeeded: lambda event: int(event.reason_key),
    ReminderDue: lambda event: int(event.attempt),
    ReminderAnswered: lambda event: int(event.subject_version),
    ReminderCancelled: lambda event: int(event.reason_key),
    DeliveryDelivered: lambda event: int(event.attempt),
    RequestAnswered: lambda event: int((event.answered_at - ZERO).total_seconds()),
}


def answer_to(event: Event) -> Event | None:
    """What notify tells when it has handled ``event``."""
    if isinstance(event, ReminderDue):
        return DeliveryDelivered(reminder_id=event.reminder_id, attempt=event.attempt, channel="email", at=ZERO)
    if isinstance(event, ContractAttentionNeeded):
        at = ZERO + timedelta(seconds=NUMBERS[ContractAttentionNeeded](event))
        ids = {"request_id": event.patient_id, "patient_id": event.patient_id, "answered_by": SOMEBODY}
        return RequestAnswered(**ids, contract_id=None, answered_at=at)
    return None


@dataclass(frozen=True, order=True)
class Heard:
    """One event at one reader: what the writer expects, and what a trace tells."""

    stream: str
    aggregate: str
    number: int


def heard(event: Event, reader: str) -> Heard:
    producer = event.type.split(".")[2]
    return Heard(stream_name(producer, reader), event.aggregate_id, NUMBERS[type(event)](event))


def expected(event: Event) -> list[Heard]:
    """All that must be handled because ``event`` was told, the answers to it among them."""
    told = [heard(event, reader) for reader in event.readers]
    answer = answer_to(event) if "notify" in event.readers else None
    return told + (expected(answer) if answer else [])
