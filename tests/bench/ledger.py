"""Deliveries per second through the send ledger, all due at one instant, to a channel that only counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.delivery.channel.domain import ACCEPTED, Mail, Outcome
from services.notify.delivery.message import domain as message
from services.notify.delivery.preference.domain import EMAIL
from services.notify.delivery.sending.actions import send_due
from services.notify.delivery.tables import Delivery
from shared.events import PersonChanged
from shared.register.actions import APPLY
from shared.service import Service
from tests.bench.rig import Rate, Rig, measure
from tests.support.services import NOON, make_service


class Sink:
    """Takes everything and counts each message by its id: what is lost or doubled shows."""

    window = 500
    keeps_keys = False

    def __init__(self) -> None:
        self.taken: Counter[UUID] = Counter()

    def send(self, mails: Sequence[Mail], _seconds: float) -> list[Outcome]:
        self.taken.update(mail.id for mail in mails)
        return [ACCEPTED for _ in mails]


def run(rig: Rig, deliveries: int) -> dict[str, Rate]:
    """Rendered, given to the channel, settled and told to selfcare: the whole path of notify."""
    service = make_service("notify", rig.database("notify"))
    planned = measure(lambda: fill(service, deliveries))
    sink = Sink()
    sent = measure(lambda: send_due(service, {EMAIL: sink}, seconds=600))
    if len(sink.taken) != deliveries or max(sink.taken.values()) != 1:
        raise AssertionError(
            f"{len(sink.taken)} of {deliveries} delivered, one of them {max(sink.taken.values())} times"
        )
    return {"planned": planned, "sent": sent}


def fill(service: Service, deliveries: int) -> int:
    patient = PersonChanged(
        person_id=uuid4(), kind="patient", name="B", language="sv", zone="Europe/Stockholm", email="b@bench.example"
    )
    with service.database.begin() as session:
        APPLY[PersonChanged](session, patient)
        for start in range(0, deliveries, 5000):
            session.execute(sa.insert(Delivery), [row(patient, i) for i in range(start, min(start + 5000, deliveries))])
    analyze(service)
    return deliveries


def row(patient: PersonChanged, number: int) -> dict[str, object]:
    params = {"starts_local": "2026-11-26T09:00:00", "zone": "Europe/Stockholm", "asks": True}
    return {
        "dedup_key": f"bench:{number}",
        "klass": "clinical_reminder",
        "recipient_id": patient.person_id,
        "patient_id": patient.person_id,
        "subject_id": uuid4(),
        "attempt": 1,
        "template": message.TIME,
        "version": message.newest(message.TIME),
        "params": params,
        "created_at": NOON,
        "not_before": NOON,
        "useful_until": NOON + timedelta(days=1),
        "ignore_quiet": False,
    }


def analyze(service: Service) -> None:
    with Session(service.database.engine.execution_options(isolation_level="AUTOCOMMIT")) as session:
        session.execute(sa.text("ANALYZE"))
