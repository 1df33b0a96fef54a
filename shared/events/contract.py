"""What contract tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.events.base import ALL, BOTH_OTHERS, Event
from shared.events.parts import Absence, Appointment, OpenHours


@dataclass(frozen=True, kw_only=True)
class UnitChanged(Event, type="contract.unit.changed.v1", aggregate="unit_id", readers=BOTH_OTHERS):
    """A care unit as others need it: hours in its own zone, the numbers that are answered, its head. A ``neutral`` one is never
    named in messages; of a ``sensitive`` one (then neutral too) no other unit's staff see anything unless the patient says so."""

    unit_id: UUID
    name: str
    zone: str
    phone: str
    floor_number: str
    duty_line: str | None
    head_id: UUID | None
    hours: tuple[OpenHours, ...]
    duty_hours: tuple[OpenHours, ...]
    closed_on_holidays: bool = True
    extra_closed: tuple[date, ...] = ()
    neutral: bool = False
    sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonChanged(
    Event,
    type="contract.person.changed.v1",
    aggregate="person_id",
    readers={
        "selfcare": ("person_id", "kind", "name", "language", "zone", "protected", "deceased"),
        "notify": ALL,
    },
):
    """A patient, staff member or delegate. Contact details go to notify alone."""

    person_id: UUID
    kind: str
    name: str
    language: str
    zone: str
    protected: bool = False
    deceased: date | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class CoverChanged(Event, type="contract.cover.changed.v1", aggregate="contract_id", readers=BOTH_OTHERS):
    """Who is appointed for one contract. Facts only: each service computes who answers from them."""

    contract_id: UUID
    patient_id: UUID
    unit_id: UUID
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True)
class AbsencesChanged(Event, type="contract.absences.changed.v1", aggregate="person_id", readers=BOTH_OTHERS):
    """All present and future absences of one staff member."""

    person_id: UUID
    absences: tuple[Absence, ...]


@dataclass(frozen=True, kw_only=True)
class SigninCodeAsked(Event, type="contract.signin_code.asked.v1", aggregate="code_id", readers={"notify": ALL}):
    """Somebody wants to sign in by a code. The code is not told: who sends it works it out from ``code_id`` and the secret
    of the two. ``person_id`` None: nobody is to be sent anything, told so that asking costs the same for everybody."""

    code_id: UUID
    person_id: UUID | None
    channel: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event, type="contract.session.ended.v1", aggregate="session_id", readers=BOTH_OTHERS):
    """A signed-in session that must no longer be accepted."""

    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class ContractActivated(
    Event, type="contract.contract.activated.v1", aggregate="contract_id", readers={"selfcare": ALL}
):
    """Both sides have confirmed the same version, and look at it together again by ``review_on``."""

    contract_id: UUID
    patient_id: UUID
    unit_id: UUID
    version: int
    review_on: date


@dataclass(frozen=True, kw_only=True)
class ContractEnded(Event, type="contract.contract.ended.v1", aggregate="contract_id", readers={"selfcare": ALL}):
    """The agreement holds no longer; nothing more is asked about looking at it again."""

    contract_id: UUID
    patient_id: UUID
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class EngagementPreferenceChanged(
    Event,
    type="contract.engagement_preference.changed.v1",
    aggregate="patient_id",
    readers={"selfcare": ("patient_id", "decides")},
):
    """How the patient wants to take part from now. ``decides``: i_decide, together or you_decide."""

    patient_id: UUID
    decides: str
    doing: str | None = None
    knowing: str | None = None


@dataclass(frozen=True, kw_only=True)
class NextContactAgreed(
    Event, type="contract.next_contact.agreed.v1", aggregate="next_contact_id", readers={"selfcare": ALL}
):
    """An exact time both sides stand by; ``version`` rises each time it moves. ``way``: visit, phone, video, home."""

    next_contact_id: UUID
    contract_id: UUID
    patient_id: UUID
    unit_id: UUID
    version: int
    starts_local: datetime
    zone: str
    way: str


@dataclass(frozen=True, kw_only=True)
class NextContactMoved(
    Event, type="contract.next_contact.moved.v1", aggregate="next_contact_id", readers={"selfcare": ALL}
):
    """The same next contact at another time: what was planned for the old one is void."""

    next_contact_id: UUID
    contract_id: UUID
    patient_id: UUID
    unit_id: UUID
    version: int
    starts_local: datetime
    zone: str
    way: str


@dataclass(frozen=True, kw_only=True)
class NextContactCancelled(
    Event, type="contract.next_contact.cancelled.v1", aggregate="next_contact_id", readers={"selfcare": ALL}
):
    """The time will not be kept; nothing about it may be sent any more."""

    next_contact_id: UUID
    contract_id: UUID
    patient_id: UUID
    version: int
