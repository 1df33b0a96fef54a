"""A dialysis unit with its people, two patients and a daughter, as contract tells notify of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.notify.delivery.tables import Delivery
from services.notify.requests.handling import actions as handling
from services.notify.requests.tables import ContactRequest, RequestCause, RequestEvent, RequestMessage, RequestWatch
from shared.context import Ctx
from shared.db import Database
from shared.events import (
    Absence,
    AbsencesChanged,
    Appointment,
    ContractAttentionNeeded,
    CoverChanged,
    DelegateChanged,
    Event,
    OpenHours,
    PersonChanged,
    SelfcareAttentionNeeded,
    StaffRole,
    StaffRolesChanged,
    UnitChanged,
)
from shared.i18n import speaking
from shared.service import Service
from shared.time import to_instant
from tests.support.services import NOON, make_service, set_clock, viewer_of

ZONE = "Europe/Stockholm"
ESTHER, EMIL, DAUGHTER, LISA, OMAR, HEAD, ADMIN, OTHER_NURSE, COORDINATOR, WARD = (UUID(int=n) for n in range(1, 11))
UNIT, OTHER_UNIT, CONTRACT, EMILS_CONTRACT = UUID(int=101), UUID(int=102), UUID(int=201), UUID(int=202)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PHONE, FLOOR, DUTY_LINE = "010-242 10 10", "010-242 10 00", "010-242 10 20"
NAMES = {
    ESTHER: ("patient", "Esther Ek"),
    EMIL: ("patient", "Emil Berg"),
    DAUGHTER: ("delegate", "Karin Ek"),
    LISA: ("staff", "Lisa Lind"),
    OMAR: ("staff", "Omar Nilsson"),
    HEAD: ("staff", "Hanna Chef"),
    ADMIN: ("staff", "Alva Admin"),
    OTHER_NURSE: ("staff", "Nora Annan"),
    COORDINATOR: ("staff", "Kim Samordnare"),
    WARD: ("staff", "Vera Vik"),
}
ROLES = {
    LISA: (UNIT, "nurse"),
    OMAR: (UNIT, "nurse"),
    HEAD: (UNIT, "head"),
    ADMIN: (UNIT, "admin"),
    OTHER_NURSE: (UNIT, "nurse"),
    COORDINATOR: (UNIT, "coordinator"),
    WARD: (OTHER_UNIT, "nurse"),
}


def swedish(text: str) -> datetime:
    """The instant a Swedish clock means by ``2026-11-24 09:00``."""
    return to_instant(datetime.fromisoformat(text), ZONE)


def unit(unit_id: UUID = UNIT, **changes: Any) -> UnitChanged:
    weekdays = tuple(OpenHours(weekday=day, opens=time(7, 30), closes=time(17)) for day in range(5))
    values: dict[str, Any] = {
        "unit_id": unit_id,
        "name": "Dialysen",
        "zone": ZONE,
        "phone": PHONE,
        "floor_number": FLOOR,
        "duty_line": None,
        "head_id": HEAD if unit_id == UNIT else None,
        "hours": weekdays,
        "duty_hours": (),
    }
    return UnitChanged(**values | changes)


def with_duty_line() -> UnitChanged:
    """The unit with a line that is answered in the evenings."""
    evenings = tuple(OpenHours(weekday=day, opens=time(17), closes=time(22)) for day in range(7))
    return unit(duty_line=DUTY_LINE, duty_hours=evenings)


def person(person_id: UUID, **changes: Any) -> PersonChanged:
    kind, name = NAMES[person_id]
    email = f"{person_id.int}@people.example"
    known: dict[str, Any] = {"person_id": person_id, "kind": kind, "name": name, "email": email}
    return PersonChanged(**{**known, "language": "sv", "zone": ZONE, **changes})


def dead(person_id: UUID = ESTHER) -> PersonChanged:
    return person(person_id, deceased=date(2026, 11, 24))


def cover(contract_id: UUID = CONTRACT, patient_id: UUID = ESTHER, **changes: Any) -> CoverChanged:
    usual: dict[str, Any] = {"person_id": LISA, "deputy_id": OMAR, "primary": True, "starts": LONG_AGO, "ends": None}
    appointed = Appointment(unit_id=UNIT, **usual | changes)
    return CoverChanged(contract_id=contract_id, patient_id=patient_id, unit_id=UNIT, appointments=(appointed,))


def away(
    person_id: UUID, starts: datetime, ends: datetime | None = None, deputy: UUID | None = None
) -> AbsencesChanged:
    absence = Absence(absence_id=UUID(int=person_id.int + 900), starts=starts, ends=ends, deputy_id=deputy)
    return AbsencesChanged(person_id=person_id, absences=(absence,))


def delegate(*scopes: str, state: str = "active", patient_id: UUID = ESTHER) -> DelegateChanged:
    return DelegateChanged(
        delegation_id=UUID(int=401),
        patient_id=patient_id,
        delegate_id=DAUGHTER,
        scopes=scopes,
        starts=LONG_AGO,
        ends=None,
        state=state,
    )


def attention(at: datetime = NOON, **changes: Any) -> SelfcareAttentionNeeded:
    values: dict[str, Any] = {
        "patient_id": ESTHER,
        "contract_id": CONTRACT,
        "unit_id": UNIT,
        "kind": "cannot_come",
        "priority": "soon",
        "reason_key": "reminder.cannot_come",
        "subject": f"reminder:{uuid4()}",
        "at": at,
    }
    values |= changes
    return SelfcareAttentionNeeded(dedup_key=f"{values['kind']}:{values['patient_id']}", **values)


def from_contract(at: datetime = NOON, **changes: Any) -> ContractAttentionNeeded:
    same = attention(at, **{"kind": "next_contact", "reason_key": "next_contact.another_time"} | changes)
    return ContractAttentionNeeded(**vars(same))


def settled(database: Database, at: datetime = NOON, **settings: Any) -> Service:
    """The service, told who is who. Lisa is everybody's named contact, Omar her deputy."""
    service = make_service("notify", database, at, **settings)
    roles = [
        StaffRolesChanged(person_id=who, roles=(StaffRole(unit_id=where, role=role),))
        for who, (where, role) in ROLES.items()
    ]
    with service.database.begin() as session:
        for event in (unit(), unit(OTHER_UNIT), *map(person, NAMES), *roles, cover(), cover(EMILS_CONTRACT, EMIL)):
            service.handle(session, event)
    return service


def hear(service: Service, *events: Event) -> None:
    """Handle the events one by one, each in a transaction of its own."""
    for event in events:
        with service.database.begin() as session:
            service.handle(session, event)


def rows(service: Service) -> list[ContactRequest]:
    return _all(service, sa.select(ContactRequest).order_by(ContactRequest.opened_at, ContactRequest.id))


def only(service: Service) -> ContactRequest:
    """The one request there is."""
    (row,) = rows(service)
    return row


def causes(service: Service) -> list[RequestCause]:
    return _all(service, sa.select(RequestCause).order_by(RequestCause.id))


def messages(service: Service) -> list[RequestMessage]:
    return _all(service, sa.select(RequestMessage).order_by(RequestMessage.id))


def acts(service: Service) -> list[str]:
    """Everything that has happened, in order."""
    return [row.act for row in _all(service, sa.select(RequestEvent).order_by(RequestEvent.id))]


def watchers(service: Service) -> dict[UUID, int]:
    return {row.person_id: row.level for row in _all(service, sa.select(RequestWatch))}


def mails(service: Service) -> list[Delivery]:
    return _all(service, sa.select(Delivery).order_by(Delivery.created_at, Delivery.recipient_id))


def due(service: Service, at: datetime) -> int:
    """Let the clock stand at ``at`` and the requests' due work run, the way the service wires it."""
    set_clock(service, at)
    done = 0
    for job in service.due:
        if job.name != "send":
            with service.database.begin() as session:
                waits = job.waiting(session, at)
            done += job.run(service) if waits else 0
    return done


def _all(service: Service, query: sa.Select[Any]) -> list[Any]:
    with service.database.begin() as session:
        return list(session.scalars(query))


def acknowledge(service: Service, by: UUID = LISA, request_id: UUID | None = None) -> bool:
    with acting(service, by) as ctx:
        return handling.acknowledge(ctx, request_id or _latest(service))


def answer(service: Service, by: UUID = LISA, request_id: UUID | None = None) -> UUID:
    """Answer the newest request, or the named one. Returns its id."""
    request_id = request_id or _latest(service)
    with acting(service, by) as ctx:
        handling.answer(ctx, request_id, "Kom på torsdag i stället.")
    return request_id


@contextmanager
def acting(service: Service, person_id: UUID) -> Iterator[Ctx]:
    """One act of this person, as the guard would begin it."""
    with service.act() as ctx, speaking("en"):
        ctx.viewer = viewer_of(service, ctx, person_id)
        yield ctx


def _latest(service: Service) -> UUID:
    return rows(service)[-1].id
