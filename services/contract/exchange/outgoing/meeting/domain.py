"""Part 2 as an appointment: a time, a suggestion, or a window. R4 has no word for an open end, and neither have we."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.contract.exchange.outgoing.shape.domain import (
    Json,
    concept,
    instant,
    own_identifier,
    period,
    present,
    reference,
    resource,
)
from services.contract.exchange.unit.domain import OURS
from services.contract.next_contact.domain import HELD, USUAL_MINUTES, Side, State

WAY = f"{OURS}/way"
KIND = f"{OURS}/next-contact-kind"
CANCELLED = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
BY = {
    State.CANCELLED_BY_PATIENT: ("pat", "Patient"),
    State.CANCELLED_BY_CARE: ("prov", "Provider"),
    State.MISSED_BY_CARE: ("prov", "Provider"),
}
"""Who cancelled. That the care did not come is no ``noshow`` in R4, which is the patient's alone."""

STATUS = {
    **dict.fromkeys((State.SUGGESTED, State.COUNTER_SUGGESTED), "proposed"),
    **dict.fromkeys((State.AGREED, State.REBOOKING_ASKED), "pending"),
    **dict.fromkeys(HELD, "booked"),
    **dict.fromkeys(BY, "cancelled"),
    State.FULFILLED: "fulfilled",
    State.MISSED_BY_PATIENT: "noshow",
}
TIMELESS = frozenset({"proposed", "cancelled"})
"""The statuses that R4 allows without a time."""


@dataclass(frozen=True)
class Meeting:
    """A next contact. ``agreed`` and ``suggested`` are instants; ``contact`` is whom the patient meets, if anybody yet."""

    id: UUID
    patient_id: UUID
    state: State
    kind: str
    way: str
    agreed: datetime | None = None
    suggested: datetime | None = None
    minutes: int = USUAL_MINUTES
    suggested_by: str | None = None
    earliest: date | None = None
    latest: date | None = None
    event: str = ""
    contact: tuple[UUID, str] | None = None
    protected: bool = False
    changed: datetime | None = None


def status(state: State, *, timed: bool) -> str:
    """Without an exact time nothing is more than proposed to R4, even a window that both stand by."""
    told = STATUS[state]
    return told if timed or told in TIMELESS else "proposed"


def appointment(meeting: Meeting) -> Json:
    """A time with its length; without a time R4 wants neither start nor end."""
    at = meeting.agreed or meeting.suggested
    ends = at + timedelta(minutes=meeting.minutes) if at else None
    return resource(
        "Appointment",
        str(meeting.id),
        changed=meeting.changed,
        protected=meeting.protected,
        identifier=[own_identifier(meeting.id)],
        status=status(meeting.state, timed=at is not None),
        cancelationReason=concept(CANCELLED, *BY[meeting.state]) if meeting.state in BY else None,
        serviceType=[concept(KIND, meeting.kind)],
        appointmentType=concept(WAY, meeting.way) if meeting.way else None,
        description=meeting.event,
        start=instant(at),
        end=instant(ends),
        minutesDuration=meeting.minutes if at else None,
        requestedPeriod=[period(meeting.earliest, meeting.latest)] if meeting.latest else [],
        participant=_participants(meeting),
    )


def _participants(meeting: Meeting) -> list[Json]:
    care = reference("Practitioner", *meeting.contact) if meeting.contact else None
    return [
        {"actor": reference("Patient", meeting.patient_id), "status": _answer(meeting, Side.PATIENT)},
        present({"actor": care or {"display": "Vården"}, "status": _answer(meeting, Side.CARE)}),
    ]


def _answer(meeting: Meeting, side: Side) -> str:
    """Whoever suggested a time stands by it; the other one has still to say yes."""
    if meeting.suggested is not None and meeting.suggested_by != side:
        return "needs-action"
    if meeting.state is State.REBOOKING_ASKED:
        return "tentative" if side is Side.PATIENT else "needs-action"
    return "accepted"
