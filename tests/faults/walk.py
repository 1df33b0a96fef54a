"""Five messages on their way: what is put into the two services before, and what an auditor finds afterwards."""

from __future__ import annotations

import email
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.notify.delivery.domain import ENDED, Klass
from services.notify.delivery.tables import Delivery
from services.selfcare.reminders.tables import Reminder
from shared.audit import access_log
from shared.bus import tables
from shared.db import Database
from shared.events import DeliveryDelivered, DeliveryFailed, Event, ReminderCancelled, from_data
from shared.service import Service
from tests.services.notify.delivery.material import MIRA, UNIT, put, rows
from tests.services.notify.delivery.smtp_peer import Peer
from tests.support.services import NOON

REMINDERS, CANCELLED, DIRECT = 3, 3, 2
STREAM = "selfcare.notify"


def prepare(selfcare: Service, notify: Service) -> None:
    """Three reminders fall due at selfcare, after three facts about one other; two messages wait in the ledger already,
    the first of a kind that is better told twice than never, the second of the other kind."""
    put(notify, patient_id=MIRA, not_before=NOON - timedelta(minutes=2))
    put(
        notify,
        klass=Klass.CONVENIENCE,
        not_before=NOON - timedelta(minutes=1),
        subject_id=uuid4(),
        attempt=1,
        patient_id=MIRA,
    )
    moved = uuid4()
    for number in range(CANCELLED):
        with selfcare.act() as ctx:
            ctx.tell(ReminderCancelled(reminder_id=moved, reason_key=str(number)))
    with selfcare.database.begin() as session:
        session.add_all(_reminder(number) for number in range(REMINDERS))


def _reminder(number: int) -> Reminder:
    starts = NOON + timedelta(days=1, hours=number)
    return Reminder(
        subject_kind="dialysis_session",
        subject_id=uuid4(),
        subject_version=1,
        rule="evening_before",
        occurrence_local=starts.replace(tzinfo=None),
        zone="Europe/Stockholm",
        starts_at=starts,
        patient_id=MIRA,
        recipient_id=MIRA,
        unit_id=UNIT,
        due_at=NOON,
        send_at=NOON,
        useful_until=NOON + timedelta(hours=20),
    )


def numbered(selfcare: Service) -> bool:
    """Whether everything that selfcare has to tell has its number."""
    return len(_numbered(selfcare.database)) == CANCELLED + REMINDERS


def settled(notify: Service) -> bool:
    """Whether nothing is left to be done."""
    ledger = rows(notify)
    return len(ledger) == REMINDERS + DIRECT and all(row.state in ENDED for row in ledger)


def attempts(notify: Service) -> list[int]:
    """How often each received event was tried."""
    with notify.database.begin() as session:
        return list(session.execute(sa.select(tables.inbox.c.attempts).order_by(tables.inbox.c.id)).scalars())


def check_events(selfcare: Service, notify: Service) -> None:
    """Every event of selfcare's is here, once, in order, and was handled once: by what handling leaves behind."""
    with notify.database.begin() as session:
        inbox = session.execute(sa.select(tables.inbox).order_by(tables.inbox.c.seq)).all()
        wrote = sa.select(sa.func.count()).where(access_log.c.what == "wrote down a reminder to be sent")
        assert session.execute(wrote).scalar_one() == REMINDERS, "a handler's work was done twice, or not at all"
    assert [(row.seq, row.event_id) for row in inbox] == _numbered(selfcare.database)
    assert {row.state for row in inbox} == {"done"}
    handled: dict[str, list[Any]] = defaultdict(list)
    for row in inbox:
        handled[row.aggregate].append(row.handled_at)
    assert all(before < after for each in handled.values() for before, after in pairwise(each)), "out of order"
    assert max(len(each) for each in handled.values()) == CANCELLED


def _numbered(database: Database) -> list[tuple[int, UUID]]:
    table = tables.outbox
    wanted = sa.select(table.c.seq, table.c.event_id).where(table.c.stream == STREAM, table.c.seq.is_not(None))
    with database.begin() as session:
        return [(seq, event_id) for seq, event_id in session.execute(wanted.order_by(table.c.seq))]


def told(notify: Service) -> Mapping[UUID, list[Event]]:
    """What selfcare is told of each reminder."""
    events: dict[UUID, list[Event]] = defaultdict(list)
    with notify.database.begin() as session:
        for row in session.execute(sa.select(tables.outbox).order_by(tables.outbox.c.id)):
            event = from_data(row.type, notify.sealer.open("selfcare", row.event_id, row.data))
            assert isinstance(event, DeliveryDelivered | DeliveryFailed)
            events[event.reminder_id].append(event)
    return events


def arrived(peer: Peer) -> Mapping[str, list[bool]]:
    """The mail server's own ledger: for each Message-ID, whether each copy was marked as a possible duplicate."""
    copies: dict[str, list[bool]] = defaultdict(list)
    for _, raw in peer.mails:
        message = email.message_from_bytes(raw)
        copies[message["Message-ID"]].append(message["X-Possible-Duplicate"] == "yes")
    return copies


def reminders_of(ledger: list[Delivery]) -> list[Delivery]:
    return [row for row in ledger if row.klass == Klass.CLINICAL_REMINDER]
