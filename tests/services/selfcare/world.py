"""A patient, a daughter, a nurse, a deputy and a unit, as contract tells selfcare of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.selfcare.reminders.tables import Reminder
from shared.bus import tables
from shared.events import (
    Appointment,
    CoverChanged,
    DelegateChanged,
    DeliveryDelivered,
    Event,
    NextContactAgreed,
    OpenHours,
    PersonChanged,
    StaffRole,
    StaffRolesChanged,
    UnitChanged,
    from_data,
)
from shared.service import Service
from shared.time import to_instant

ZONE = "Europe/Stockholm"
ESTHER, ANNA, LISA, OMAR, STRANGER = (UUID(int=n) for n in range(1, 6))
UNIT, CONTRACT, NEXT = UUID(int=101), UUID(int=201), UUID(int=301)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PHONE, FLOOR = "010-242 10 10", "010-242 10 00"


def swedish(text: str) -> datetime:
    """The instant a Swedish clock means by ``2026-11-24 09:00``."""
    return to_instant(datetime.fromisoformat(text), ZONE)


def unit(**changes: Any) -> UnitChanged:
    weekdays = tuple(OpenHours(weekday=day, opens=time(7, 30), closes=time(16, 30)) for day in range(5))
    values: dict[str, Any] = {
        "unit_id": UNIT,
        "name": "Dialysis Eksjö",
        "zone": ZONE,
        "phone": PHONE,
        "floor_number": FLOOR,
        "duty_line": None,
        "head_id": None,
        "hours": weekdays,
        "duty_hours": (),
    }
    return UnitChanged(**values | changes)


def person(person_id: UUID, kind: str, name: str, **changes: Any) -> PersonChanged:
    return PersonChanged(
        **{"person_id": person_id, "kind": kind, "name": name, "language": "sv", "zone": ZONE, **changes}
    )


def dead(person_id: UUID = ESTHER) -> PersonChanged:
    return person(person_id, "patient", "Esther", deceased=date(2026, 11, 20))


def delegate(*scopes: str, state: str = "active") -> DelegateChanged:
    return DelegateChanged(
        delegation_id=UUID(int=401),
        patient_id=ESTHER,
        delegate_id=ANNA,
        scopes=scopes,
        starts=LONG_AGO,
        ends=None,
        state=state,
    )


def cover() -> CoverChanged:
    appointed = Appointment(person_id=LISA, unit_id=UNIT, primary=True, deputy_id=OMAR, starts=LONG_AGO, ends=None)
    return CoverChanged(contract_id=CONTRACT, patient_id=ESTHER, unit_id=UNIT, appointments=(appointed,))


def agreed(starts_local: str = "2026-11-27 09:00", version: int = 1, **changes: Any) -> NextContactAgreed:
    values: dict[str, Any] = {
        "next_contact_id": NEXT,
        "contract_id": CONTRACT,
        "patient_id": ESTHER,
        "unit_id": UNIT,
        "version": version,
        "starts_local": datetime.fromisoformat(starts_local),
        "zone": ZONE,
        "way": "visit",
    }
    return NextContactAgreed(**values | changes)


def delivered(reminder_id: UUID, at: datetime, attempt: int = 1) -> DeliveryDelivered:
    return DeliveryDelivered(reminder_id=reminder_id, attempt=attempt, channel="email", at=at)


def settle(service: Service) -> None:
    """Tell the service who is who."""
    nurse = (StaffRole(unit_id=UNIT, role="nurse"),)
    hear(
        service,
        unit(),
        person(ESTHER, "patient", "Esther"),
        person(ANNA, "delegate", "Anna"),
        person(LISA, "staff", "Lisa"),
        person(OMAR, "staff", "Omar"),
        person(STRANGER, "patient", "Someone Else"),
        StaffRolesChanged(person_id=LISA, roles=nurse),
        StaffRolesChanged(person_id=OMAR, roles=nurse),
        cover(),
    )


def hear(service: Service, *events: Event) -> None:
    """Handle the events one by one, each in a transaction of its own."""
    for event in events:
        with service.database.begin() as session:
            service.handle(session, event)


def told(service: Service, kind: type[Event] | None = None) -> list[Any]:
    """What the service has told the others, opened again, in order."""
    with service.database.begin() as session:
        rows = session.execute(sa.select(tables.outbox).order_by(tables.outbox.c.id)).all()
    events = [_open(service, row) for row in rows]
    return [event for event in events if kind is None or isinstance(event, kind)]


def _open(service: Service, row: Any) -> Event:
    reader = row.stream.split(".")[1]
    return from_data(row.type, service.sealer.open(reader, row.event_id, row.data))


def reminders(service: Service) -> list[Reminder]:
    """The timeline, the first to be sent first."""
    with service.database.begin() as session:
        return list(session.execute(sa.select(Reminder).order_by(Reminder.send_at, Reminder.id)).scalars())
