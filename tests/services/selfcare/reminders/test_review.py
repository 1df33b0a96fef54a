"""The day to look through what is agreed: told well before, moved by a new version, and never shown as a visit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.domain import State
from shared.db import Database
from shared.events import ContractActivated, ReminderCancelled, ReminderDue
from shared.service import Service
from tests.services.selfcare.world import (
    CONTRACT,
    ESTHER,
    UNIT,
    dead,
    hear,
    person,
    reminders,
    settle,
    swedish,
    told,
)
from tests.support.services import make_app, make_service, set_clock, sign_in

REVIEW_ON = date(2027, 5, 24)
FIRST, SECOND = "2027-04-24 10:00", "2027-05-17 10:00"
"""30 and 7 days before; summer time began in between."""


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    return service


def activated(version: int = 1, review_on: date = REVIEW_ON) -> ContractActivated:
    return ContractActivated(
        contract_id=CONTRACT, patient_id=ESTHER, unit_id=UNIT, version=version, review_on=review_on
    )


def timeline(service: Service) -> list[tuple[Any, ...]]:
    return [(row.rule, row.send_at, row.state) for row in reminders(service)]


PLANNED = [("30_days", swedish(FIRST), State.PLANNED), ("7_days", swedish(SECOND), State.PLANNED)]


def test_B7_the_review_is_told_30_and_7_days_before_at_ten_and_asks_nothing(service: Service) -> None:
    hear(service, activated(), activated())
    assert timeline(service) == PLANNED, "the same fact twice plans once"
    assert {(row.subject_kind, row.recipient_id, row.answer_until) for row in reminders(service)} == {
        ("contract_review", ESTHER, None)
    }


def test_ten_is_ten_where_the_patient_lives(service: Service) -> None:
    hear(service, person(ESTHER, "patient", "Esther", zone="Atlantic/Azores"), activated())
    assert [row.send_at for row in reminders(service)] == [swedish("2027-04-24 12:00"), swedish("2027-05-17 12:00")]


def test_each_reminder_becomes_due_once_and_no_answer_is_waited_for(service: Service) -> None:
    hear(service, activated())
    for moment in (FIRST, SECOND):
        set_clock(service, swedish(moment))
        assert [claim_due(service), claim_due(service)] == [1, 0]
    events = told(service, ReminderDue)
    assert [(event.kind, event.answer_until) for event in events] == [("contract_review", None)] * 2
    assert len({event.reminder_id for event in events}) == 2


def test_B1_a_new_version_moves_the_review_and_an_old_fact_does_not_bring_it_back(service: Service) -> None:
    hear(service, activated(), activated(2, date(2027, 7, 1)), activated())
    assert still_planned(service) == [swedish("2027-06-01 10:00"), swedish("2027-06-24 10:00")]
    assert [row.state for row in reminders(service)].count(State.CANCELLED) == 2


def test_B1_a_review_that_keeps_the_same_version_moves_the_day_too(service: Service) -> None:
    hear(service, activated(), activated(1, date(2027, 7, 1)))
    assert still_planned(service) == [swedish("2027-06-01 10:00"), swedish("2027-06-24 10:00")]


def still_planned(service: Service) -> list[datetime | None]:
    return [row.send_at for row in reminders(service) if row.state == State.PLANNED]


def test_a_new_version_of_the_same_day_keeps_one_reminder_of_each(service: Service) -> None:
    hear(service, activated(), activated(2))
    assert timeline(service) == PLANNED
    assert len(reminders(service)) == len(PLANNED)


def test_a_new_version_takes_back_what_notify_still_holds(service: Service) -> None:
    hear(service, activated())
    set_clock(service, swedish(FIRST))
    claim_due(service)
    (due,) = told(service, ReminderDue)
    hear(service, activated(2, date(2027, 10, 24)))
    assert [event.reminder_id for event in told(service, ReminderCancelled)] == [due.reminder_id]


def test_K17_the_dead_are_not_reminded_and_a_death_registered_in_error_is_undone(service: Service) -> None:
    hear(service, activated(), dead())
    assert [row.state for row in reminders(service)] == [State.CANCELLED] * 2
    hear(service, person(ESTHER, "patient", "Esther"))
    assert timeline(service) == PLANNED


def test_a_review_is_no_visit_in_my_times(service: Service) -> None:
    hear(service, activated())
    set_clock(service, swedish(FIRST))
    claim_due(service)
    client = sign_in(make_app(service).test_client(), ESTHER)
    text = client.get("/selfcare/times").text
    assert "Inga tider är bokade" in text
    assert "24 maj" not in text
    assert "Passar tiden?" not in text
    assert "VEVENT" not in client.get(f"/selfcare/times/{ESTHER}/calendar.ics").text
