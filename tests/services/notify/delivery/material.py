"""People, messages and a channel that counts, for the tests of the send ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.notify.delivery import actions
from services.notify.delivery.channel.domain import ACCEPTED, Mail, Outcome
from services.notify.delivery.domain import Klass
from services.notify.delivery.message import domain as message
from services.notify.delivery.tables import Delivery
from shared.db import Database
from shared.events import PersonChanged, ReminderDue
from shared.service import Service
from tests.support.services import NOON, make_service

MIRA = UUID("00000000-0000-4000-8000-00000000a001")
DAUGHTER = UUID("00000000-0000-4000-8000-00000000a002")
NURSE = UUID("00000000-0000-4000-8000-00000000a003")
UNIT = UUID("00000000-0000-4000-8000-00000000b001")
STARTS = datetime(2026, 11, 26, 9, 0)  # noqa: DTZ001 - a wall time
TIME_PARAMS = {"starts_local": STARTS.isoformat(), "zone": "Europe/Stockholm", "asks": True}


def service_with_people(database: Database, at: datetime = NOON, **settings: Any) -> Service:
    service = make_service("notify", database, at, **settings)
    tell(service, person(MIRA, "patient", "mira@patient.example"))
    return service


def tell(service: Service, *events: Any) -> None:
    """Let the service hear these events, as the bus would."""
    with service.database.begin() as session:
        for event in events:
            service.handle(session, event)


def person(person_id: UUID, kind: str, email: str | None, *, deceased: date | None = None) -> PersonChanged:
    return PersonChanged(
        person_id=person_id,
        kind=kind,
        name="Mira Marker",
        language="sv",
        zone="Europe/Stockholm",
        deceased=deceased,
        email=email,
    )


def due(reminder_id: UUID | None = None, **changes: Any) -> ReminderDue:
    event = ReminderDue(
        reminder_id=reminder_id or uuid4(),
        attempt=1,
        recipient_id=MIRA,
        patient_id=MIRA,
        unit_id=UNIT,
        kind="next_contact",
        starts_local=STARTS,
        zone="Europe/Stockholm",
        useful_until=NOON + timedelta(days=1),
        answer_until=NOON + timedelta(days=1),
    )
    return replace(event, **changes)


def put(service: Service, count: int = 1, **changes: Any) -> None:
    """Put messages to Mira into the ledger."""
    with service.act() as ctx:
        for _ in range(count):
            actions.enqueue(
                ctx,
                **{
                    "dedup_key": uuid4().hex,
                    "recipient_id": MIRA,
                    "template": message.TIME,
                    "params": TIME_PARAMS,
                    "klass": Klass.CLINICAL_REMINDER,
                    "useful_until": NOON + timedelta(days=1),
                    **changes,
                },
            )


def rows(service: Service) -> list[Delivery]:
    with service.database.begin() as session:
        return list(session.scalars(sa.select(Delivery).order_by(Delivery.created_at, Delivery.id)))


def states(service: Service) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in rows(service)]


def change(service: Service, **values: Any) -> None:
    """Change every row of the ledger behind its back."""
    with service.database.begin() as session:
        session.execute(sa.update(Delivery).values(values))


@dataclass
class Counting:
    """A channel that takes everything and counts it, or answers as it is told to."""

    answer: Callable[[Mail], Outcome] = lambda _mail: ACCEPTED
    window: int = 500
    keeps_keys: bool = False
    taken: list[Mail] = field(default_factory=list)

    def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
        self.taken += mails
        return [self.answer(mail) for mail in mails]
