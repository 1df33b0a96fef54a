"""The parts that events are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class OpenHours:
    """One interval of wall-clock hours on a weekday (0 is Monday). ``closes`` 00:00 means the end of that day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class StaffRole:
    """A role at one unit: ``nurse``, ``physician``, ``head``, ``admin``, ``ward`` or ``coordinator``."""

    unit_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """A named contact's appointment for one contract; ``ends`` None is open-ended. One that is over is told for as long as
    whoever had it may still read."""

    person_id: UUID
    unit_id: UUID
    primary: bool
    deputy_id: UUID | None
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """When one staff member is away, and who answers meanwhile; ``ends`` None is until further notice."""

    absence_id: UUID
    starts: datetime
    ends: datetime | None
    deputy_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Booking:
    """When a patient is booked and can be nowhere else: two instants, and not for what or where."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        """``ValueError`` for times without a zone, or an end that is not after the start."""
        if self.starts.tzinfo is None or self.ends.tzinfo is None or self.ends <= self.starts:
            raise ValueError("a booking goes from one instant to a later one")


@dataclass(frozen=True, kw_only=True)
class QuietInterval:
    """Local wall-clock hours in which nothing is sent; may cross midnight; ``start == end`` is no quiet at all."""

    weekday: int | None
    start: time
    end: time

    def __post_init__(self) -> None:
        """``ValueError`` for a time of another clock than the reader's own: it compares with no hour of theirs."""
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("quiet hours are by the clock on the wall")
