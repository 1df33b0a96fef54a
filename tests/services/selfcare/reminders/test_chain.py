"""K18: who is asked next, and when; K4: nobody is said not to have answered what never reached them."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.selfcare.reminders.chain.actions import follow_up
from services.selfcare.reminders.chain.domain import Step, ends, next_step, step_now, steps
from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.domain import State
from services.selfcare.reminders.tables import Reminder
from shared.audit import access_log
from shared.db import Database
from shared.events import (
    DeliveryFailed,
    PreferencesChanged,
    QuietInterval,
    ReminderDue,
    ReminderUnanswered,
    SelfcareAttentionNeeded,
)
from shared.service import Service
from shared.time import calendar_of
from tests.services.selfcare.world import (
    ANNA,
    ESTHER,
    STRANGER,
    ZONE,
    agreed,
    delegate,
    delivered,
    hear,
    reminders,
    settle,
    swedish,
    told,
    unit,
)
from tests.support.databases import counted
from tests.support.services import make_service, set_clock

ASKED = swedish("2026-11-25 09:00")
END = swedish("2026-11-26 07:00")


def test_K18_half_of_the_time_then_three_quarters_then_the_contact() -> None:
    start, end = swedish("2026-11-24 10:00"), swedish("2026-11-25 10:00")
    assert steps(start, end, ZONE) == (
        (Step.AGAIN, start + timedelta(hours=12)),
        (Step.DELEGATE, start + timedelta(hours=18)),
        (Step.LAST, end),
    )


def test_K18_no_second_message_on_the_evening_of_the_first() -> None:
    start = swedish("2026-11-24 18:00")
    assert [step for step, _ in steps(start, start + timedelta(hours=8), ZONE)] == [Step.DELEGATE, Step.LAST]
    assert next(step for step, _ in steps(start, start + timedelta(hours=16), ZONE)) is Step.AGAIN


def test_K18_little_time_left_leaves_the_end_alone_and_some_time_to_answer() -> None:
    useful_until = swedish("2026-11-25 13:00")
    start = swedish("2026-11-25 08:30")
    end = ends(start, useful_until, calendar_of(unit()))
    assert end == start + timedelta(hours=2)
    assert steps(start, end, ZONE) == ((Step.LAST, end),)
    assert ends(swedish("2026-11-25 12:00"), useful_until, None) == useful_until


def test_steps_whose_time_has_passed_are_not_caught_up_with_one_by_one() -> None:
    start, end = swedish("2026-11-24 10:00"), swedish("2026-11-25 10:00")
    timetable = steps(start, end, ZONE)
    assert step_now(Step.AGAIN, end, end - timedelta(hours=1)) is Step.AGAIN
    assert step_now(Step.AGAIN, end, end) is Step.LAST
    assert step_now(Step.SENT_AGAIN, end, end) is Step.SENT_AGAIN
    assert next_step(Step.LAST, timetable) is None


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    """Esther has been asked 48 hours before, and the message has arrived at once."""
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, agreed("2026-11-27 09:00"))
    set_clock(service, ASKED)
    claim_due(service)
    return service


def the_row(service: Service) -> Reminder:
    (row,) = reminders(service)
    return row


def attentions(service: Service) -> list[tuple[str, str]]:
    return [(event.kind, event.reason_key) for event in told(service, SelfcareAttentionNeeded)]


def test_K18_the_chain_asks_again_then_the_delegate_before_the_night_then_the_contact(service: Service) -> None:
    hear(service, delegate("receive_reminders"), delivered(the_row(service).id, ASKED))
    set_clock(service, swedish("2026-11-25 20:00"))
    assert follow_up(service) == 1, "half of the 22 hours is 20.00, before her quiet hours"
    set_clock(service, swedish("2026-11-25 20:45"))
    assert follow_up(service) == 1, "three quarters is 01.30, and the night ends after the chain does: told before it"
    set_clock(service, END)
    assert follow_up(service) == 1
    due = told(service, ReminderDue)
    assert [(event.attempt, event.recipient_id) for event in due] == [(1, ESTHER), (2, ESTHER), (3, ANNA)]
    assert attentions(service) == [("reminder_unanswered", "reminder.no_answer")]
    assert len(told(service, ReminderUnanswered)) == 1
    assert the_row(service).state == State.ESCALATED
    set_clock(service, END + timedelta(hours=1))
    assert follow_up(service) == 0, "once only"


def test_K18_a_delegate_with_the_scope_is_asked_at_three_quarters(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, delegate("receive_reminders"), agreed("2026-11-27 16:00"))
    set_clock(service, swedish("2026-11-25 16:00"))
    claim_due(service)
    hear(service, delivered(the_row(service).id, swedish("2026-11-25 16:00")))
    for clock, asked in (("08:00", [ESTHER, ESTHER]), ("08:29", [ESTHER, ESTHER]), ("08:30", [ESTHER, ESTHER, ANNA])):
        set_clock(service, swedish(f"2026-11-26 {clock}"))
        follow_up(service)
        assert [event.recipient_id for event in told(service, ReminderDue)] == asked


@pytest.mark.parametrize("given", [("see_times",), ()])
def test_K18_no_delegate_without_the_scope_is_told(service: Service, given: tuple[str, ...]) -> None:
    hear(service, delegate(*given), delivered(the_row(service).id, ASKED))
    for clock in ("2026-11-25 20:00", "2026-11-26 06:00", "2026-11-26 07:00"):
        set_clock(service, swedish(clock))
        follow_up(service)
    assert {event.recipient_id for event in told(service, ReminderDue)} == {ESTHER}


def test_K4_without_a_delivery_nothing_counts_as_unanswered(service: Service) -> None:
    set_clock(service, END + timedelta(hours=5))
    assert follow_up(service) == 0
    assert attentions(service) == []


def test_K4_undeliverable_is_its_own_reason_and_told_once(service: Service) -> None:
    failed = DeliveryFailed(reminder_id=the_row(service).id, attempt=1, reason_key="no_channel", at=ASKED)
    hear(service, failed, failed)
    assert attentions(service) == [("undeliverable", "reminder.no_channel")]
    assert (the_row(service).state, the_row(service).chase_at) == (State.FAILED, None)


def test_K4_a_second_message_that_fails_does_not_undo_the_first_that_arrived(service: Service) -> None:
    hear(service, delivered(the_row(service).id, ASKED))
    set_clock(service, swedish("2026-11-25 20:00"))
    follow_up(service)
    hear(service, DeliveryFailed(reminder_id=the_row(service).id, attempt=2, reason_key="unreachable", at=ASKED))
    assert the_row(service).state == State.DELIVERED
    assert attentions(service) == []


def test_K4_after_our_own_downtime_the_question_is_sent_again_before_it_counts(service: Service) -> None:
    hear(service, delivered(the_row(service).id, ASKED))
    set_clock(service, swedish("2026-11-26 12:00"))
    assert follow_up(service) == 1
    assert attentions(service) == []
    assert [event.attempt for event in told(service, ReminderDue)] == [1, 2]
    hear(service, delivered(the_row(service).id, swedish("2026-11-26 12:00"), attempt=2))
    set_clock(service, swedish("2026-11-26 14:00"))
    follow_up(service)
    assert attentions(service) == [("reminder_unanswered", "reminder.no_answer")]


def test_K4_sent_again_after_downtime_waits_for_the_morning_too(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, agreed("2026-11-27 16:00"))
    set_clock(service, swedish("2026-11-25 16:00"))
    claim_due(service)
    hear(service, delivered(the_row(service).id, swedish("2026-11-25 16:00")))
    for clock, sent in (("2026-11-26 23:00", 1), ("2026-11-27 07:59", 1), ("2026-11-27 08:00", 2)):
        set_clock(service, swedish(clock))
        follow_up(service)
        assert len(told(service, ReminderDue)) == sent
    assert attentions(service) == []


def test_K4_too_late_to_send_again_is_told_as_never_delivered(service: Service) -> None:
    hear(service, delivered(the_row(service).id, ASKED))
    set_clock(service, swedish("2026-11-26 23:00"))
    follow_up(service)
    assert attentions(service) == [("undeliverable", "reminder.too_late")]
    assert (the_row(service).state, the_row(service).chase_at) == (State.FAILED, None)


def test_quiet_hours_that_change_meanwhile_are_kept_by_the_next_step(service: Service) -> None:
    hear(service, delivered(the_row(service).id, ASKED))
    evening = QuietInterval(weekday=None, start=time(19), end=time(6))
    hear(service, PreferencesChanged(person_id=ESTHER, quiet_hours=(evening,)))
    set_clock(service, swedish("2026-11-25 20:00"))
    follow_up(service)
    assert len(told(service, ReminderDue)) == 1
    set_clock(service, swedish("2026-11-26 06:00"))
    follow_up(service)
    assert len(told(service, ReminderDue)) == 2


def test_a_delivery_told_twice_starts_one_chain(service: Service) -> None:
    hear(service, delivered(the_row(service).id, ASKED))
    first = the_row(service).chase_at
    hear(service, delivered(the_row(service).id, ASKED + timedelta(hours=3)))
    assert the_row(service).chase_at == first


def test_B7_rule_14_one_trouble_does_not_stop_the_others(service: Service) -> None:
    hear(service, agreed("2026-11-27 09:00", next_contact_id=ANNA, patient_id=ANNA))
    claim_due(service)
    for row in reminders(service):
        hear(service, delivered(row.id, ASKED))
    with service.database.begin() as session:
        broken = next(row for row in reminders(service) if row.patient_id == ANNA)
        session.get_one(Reminder, broken.id).chase_step = "no such step"
    set_clock(service, END)
    follow_up(service)
    assert [event.patient_id for event in told(service, SelfcareAttentionNeeded)] == [ESTHER]


def test_many_deliveries_told_at_once_begin_their_chains_by_as_many_statements_as_one(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, delegate("receive_reminders"))
    sent = []
    for count in (1, 12):
        hear(service, *(agreed("2026-11-27 09:00", next_contact_id=uuid4()) for _ in range(count)))
        set_clock(service, ASKED)
        claim_due(service)
        waiting = [row for row in reminders(service) if row.state == State.DUE]
        with counted(service.database) as statements, service.database.begin() as session:
            service.handle(session, *(delivered(row.id, ASKED) for row in waiting))
        sent.append(len(statements))
        assert len(waiting) == count
    assert {row.chase_step for row in reminders(service)} == {Step.AGAIN}
    assert len({row.chase_at for row in reminders(service)}) == 1
    assert sent[0] == sent[1]


def test_a_message_that_arrives_after_one_that_failed_begins_the_chain_all_the_same(service: Service) -> None:
    asked = the_row(service).id
    hear(
        service,
        DeliveryFailed(reminder_id=asked, attempt=1, reason_key="unreachable", at=ASKED),
        delivered(asked, ASKED),
    )
    row = the_row(service)
    assert (row.state, row.delivered_at, row.chase_step) == (State.DELIVERED, ASKED, Step.AGAIN)


def test_P34_of_deliveries_told_together_each_patient_has_a_line_in_the_access_log(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    for patient in (ESTHER, STRANGER):
        hear(service, agreed("2026-11-27 09:00", next_contact_id=uuid4(), patient_id=patient))
    set_clock(service, ASKED)
    claim_due(service)
    with service.database.begin() as session:
        service.handle(session, *(delivered(row.id, ASKED) for row in reminders(service)))
        told_of = sa.select(access_log.c.patient_id).where(access_log.c.what == "noted that a reminder was delivered")
        seen = session.scalars(told_of.where(access_log.c.patient_id.is_not(None))).all()
    assert sorted(seen, key=str) == sorted((ESTHER, STRANGER), key=str)
