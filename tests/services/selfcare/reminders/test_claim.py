"""What is due is claimed in batches, by nobody twice, and told in the same commit."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest

from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.claim.store import BATCH, due_since
from services.selfcare.reminders.domain import State
from services.selfcare.reminders.tables import Reminder
from shared.db import Database
from shared.events import ReminderDue, SelfcareAttentionNeeded
from shared.service import Service
from tests.services.selfcare.world import (
    ESTHER,
    UNIT,
    ZONE,
    agreed,
    dead,
    hear,
    reminders,
    settle,
    swedish,
    told,
)
from tests.support.services import NOON, make_service, set_clock


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    return service


def fill(service: Service, count: int) -> None:
    """So many reminders due at noon, each of another session."""
    with service.database.begin() as session:
        session.add_all(
            Reminder(
                subject_kind="dialysis_session",
                subject_id=uuid4(),
                subject_version=1,
                rule="evening_before",
                occurrence_local=(NOON + timedelta(days=1)).replace(tzinfo=None),
                zone=ZONE,
                starts_at=NOON + timedelta(days=1),
                patient_id=UUID(int=1000 + n),
                recipient_id=UUID(int=1000 + n),
                unit_id=UNIT,
                due_at=NOON,
                send_at=NOON,
                useful_until=NOON + timedelta(hours=20),
            )
            for n in range(count)
        )


def test_B7_rule_1_two_claimers_at_once_tell_each_reminder_exactly_once(service: Service) -> None:
    count = 2 * BATCH + 7
    fill(service, count)
    start, moved = Barrier(2), list[int]()

    def work() -> None:
        start.wait()
        moved.append(claim_due(service))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(moved) == count
    due = told(service, ReminderDue)
    assert len(due) == len({event.reminder_id for event in due}) == count
    assert {row.state for row in reminders(service)} == {State.DUE}


def test_never_early_and_a_second_run_tells_nothing(service: Service) -> None:
    hear(service, agreed("2026-11-27 09:00"))
    set_clock(service, swedish("2026-11-25 08:59"))
    assert claim_due(service) == 0
    set_clock(service, swedish("2026-11-25 09:00"))
    assert [claim_due(service), claim_due(service)] == [1, 0]
    (due,) = told(service, ReminderDue)
    assert (due.attempt, due.recipient_id, due.kind) == (1, ESTHER, "next_contact")
    assert due.answer_until == due.useful_until == swedish("2026-11-27 07:00")


def test_waiting_is_told_by_one_look(service: Service) -> None:
    hear(service, agreed("2026-11-27 09:00"))
    with service.database.begin() as session:
        assert not due_since(session, swedish("2026-11-25 08:59"))
        assert due_since(session, swedish("2026-11-25 09:00"))


def test_P30_too_late_is_recorded_not_sent_and_an_unasked_question_reaches_a_person(service: Service) -> None:
    hear(service, agreed("2026-11-27 09:00"))
    set_clock(service, swedish("2026-11-27 07:01"))
    assert claim_due(service) == 1
    (row,) = reminders(service)
    assert (row.state, row.reason, row.attempt) == (State.EXPIRED, "too_late", 0)
    (needed,) = told(service)
    assert isinstance(needed, SelfcareAttentionNeeded)
    assert (needed.kind, needed.reason_key) == ("undeliverable", "reminder.too_late"), "K4: never called unanswered"


def test_K17_the_claim_itself_sends_nothing_to_the_dead(service: Service) -> None:
    hear(service, dead(), agreed("2026-11-27 09:00"))
    set_clock(service, swedish("2026-11-25 09:00"))
    assert claim_due(service) == 1
    (row,) = reminders(service)
    assert (row.state, row.reason) == (State.CANCELLED, "deceased")
    assert told(service) == []
