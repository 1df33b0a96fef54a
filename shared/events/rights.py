"""What contract tells of who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.base import ALL, BOTH_OTHERS, Event
from shared.events.parts import StaffRole


@dataclass(frozen=True, kw_only=True)
class StaffRolesChanged(Event, type="contract.staff_roles.changed.v1", aggregate="person_id", readers=BOTH_OTHERS):
    """All roles one staff member has now; an empty tuple takes every right away."""

    person_id: UUID
    roles: tuple[StaffRole, ...]


@dataclass(frozen=True, kw_only=True)
class DelegateChanged(Event, type="contract.delegate.changed.v1", aggregate="delegation_id", readers=BOTH_OTHERS):
    """What one person may do for a patient, from when to when. ``state``: invited, active, paused or ended."""

    delegation_id: UUID
    patient_id: UUID
    delegate_id: UUID
    scopes: tuple[str, ...]
    starts: datetime
    ends: datetime | None
    state: str


@dataclass(frozen=True, kw_only=True)
class BreakGlassChanged(
    Event,
    type="contract.break_glass.changed.v1",
    aggregate="person_id",
    readers={"selfcare": ALL, "notify": ("person_id", "glass_id", "patient_id", "unit_id", "until")},
):
    """Whose pages one member of staff has open in an emergency, and until when. Ended early: again, its ``until`` over.
    Why goes where they can read: the patient reads it beside each row of the log there. ``past_block``: though the patient has
    blocked the unit."""

    person_id: UUID
    glass_id: UUID
    patient_id: UUID
    unit_id: UUID
    until: datetime
    reason: str = ""
    past_block: bool = False


@dataclass(frozen=True, kw_only=True)
class BlockChanged(Event, type="contract.block.changed.v1", aggregate="patient_id", readers=BOTH_OTHERS):
    """Nobody who works at the unit is let in to what is kept about the patient, from ``starts`` until it is lifted: ``ends``,
    None while it stands. All of one patient's come in the order in which they were made and lifted."""

    block_id: UUID
    patient_id: UUID
    unit_id: UUID
    starts: datetime
    ends: datetime | None
