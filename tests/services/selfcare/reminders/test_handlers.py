"""The timeline follows what it is about: moved, cancelled, asleep, dead; the same fact twice changes nothing."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.domain import State
from services.selfcare.reminders.times.store import next_contacts
from shared.db import Database
from shared.events import (
    NextContactCancelled,
    NextContactMoved,
    PreferencesChanged,
    QuietInterval,
    ReminderCancelled,
    ReminderDue,
)
from shared.service import Service
from tests.services.selfcare.world import (
    ANNA,
    CONTRACT,
    ESTHER,
    NEXT,
    agreed,
    dead,
    delivered,
    hear,
    person,
    reminders,
    settle,
    swedish,
    told,
)
from tests.support.services import make_service, set_clock


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    return service


def moved(starts_local: str, version: int) -> NextContactMoved:
    return NextContactMoved(**vars(agreed(starts_local, version)))


def timeline(service: Service) -> list[tuple[Any, ...]]:
    return [(row.occurrence_local.isoformat(" ", "minutes"), row.rule, row.state) for row in reminders(service)]


def next_times(service: Service) -> list[datetime]:
    with service.act() as ctx:
        return [one.starts_at for one in next_contacts(ctx.session, ESTHER, ctx.now)]


def test_the_same_agreed_time_twice_is_planned_once(service: Service) -> None:
    hear(service, agreed(), agreed())
    assert timeline(service) == [("2026-11-27 09:00", "48_hours", State.PLANNED)]


def test_B7_rule_1_a_moved_time_is_reminded_at_its_new_time_only(service: Service) -> None:
    hear(service, agreed(), moved("2026-11-30 10:00", 2), agreed())
    assert timeline(service) == [
        ("2026-11-27 09:00", "48_hours", State.CANCELLED),
        ("2026-11-30 10:00", "48_hours", State.PLANNED),
    ]
    assert next_times(service) == [swedish("2026-11-30 10:00")], "an old fact that comes late does not bring it back"
    assert told(service) == [], "notify was never told of the first, so it need not hear that it is gone"


def test_H8_a_visit_moved_after_its_reminder_left_cancels_it_at_notify(service: Service) -> None:
    hear(service, agreed())
    set_clock(service, swedish("2026-11-25 09:00"))
    claim_due(service)
    (first,) = reminders(service)
    hear(service, moved("2026-11-30 10:00", 2))
    assert [event.reminder_id for event in told(service, ReminderCancelled)] == [first.id]
    hear(service, delivered(first.id, swedish("2026-11-25 09:01")))
    assert {row.state for row in reminders(service) if row.chase_at} == set(), "no chain for a time that is void"


def test_a_time_that_moves_away_and_back_is_reminded_under_a_new_id(service: Service) -> None:
    hear(service, agreed())
    (first,) = reminders(service)
    hear(service, moved("2026-11-30 10:00", 2), moved("2026-11-27 09:00", 3))
    states = {row.occurrence_local.day: (row.state, row.id == first.id) for row in reminders(service)}
    assert states == {27: (State.PLANNED, False), 30: (State.CANCELLED, False)}


def test_B7_rule_1_a_cancelled_visit_is_never_reminded(service: Service) -> None:
    hear(service, agreed())
    cancelled = NextContactCancelled(next_contact_id=NEXT, contract_id=CONTRACT, patient_id=ESTHER, version=2)
    hear(service, cancelled, cancelled, agreed())
    assert next_times(service) == []
    set_clock(service, swedish("2026-11-25 09:00"))
    assert claim_due(service) == 0
    assert timeline(service) == [("2026-11-27 09:00", "48_hours", State.CANCELLED)]


def test_H10_quiet_hours_that_change_move_what_is_still_to_be_sent(service: Service) -> None:
    hear(service, agreed("2026-11-27 15:00"))
    quiet = QuietInterval(weekday=None, start=time(12), end=time(17))
    hear(service, PreferencesChanged(person_id=ESTHER, quiet_hours=(quiet,)))
    assert [row.send_at for row in reminders(service)] == [swedish("2026-11-25 17:00")]
    hear(service, PreferencesChanged(person_id=ESTHER, quiet_hours=()))
    assert [row.send_at for row in reminders(service)] == [swedish("2026-11-25 15:00")]


def test_quiet_hours_that_leave_no_moment_hold_the_reminder_until_they_change_again(service: Service) -> None:
    hear(service, agreed("2026-11-25 15:00"))
    always = tuple(QuietInterval(weekday=day, start=time(0), end=time(23, 59)) for day in range(7))
    hear(
        service,
        PreferencesChanged(
            person_id=ESTHER, quiet_hours=(*always, QuietInterval(weekday=None, start=time(23), end=time(1)))
        ),
    )
    assert [(row.state, row.reason) for row in reminders(service)] == [(State.EXPIRED, "quiet_hours")]
    hear(service, PreferencesChanged(person_id=ESTHER, quiet_hours=()))
    assert [row.state for row in reminders(service)] == [State.PLANNED]


def test_P29_quiet_hours_follow_the_person_who_moves_to_another_zone(service: Service) -> None:
    hear(service, agreed("2026-11-27 21:30"))
    assert [row.send_at for row in reminders(service)] == [swedish("2026-11-26 08:00")]
    hear(service, person(ESTHER, "patient", "Esther", zone="Atlantic/Azores"))
    assert [row.send_at for row in reminders(service)] == [swedish("2026-11-25 21:30")]


def test_K17_a_death_cancels_all_and_a_death_registered_in_error_is_undone(service: Service) -> None:
    hear(service, agreed())
    hear(service, dead(), dead())
    assert timeline(service) == [("2026-11-27 09:00", "48_hours", State.CANCELLED)]
    hear(service, person(ESTHER, "patient", "Esther"))
    assert timeline(service) == [("2026-11-27 09:00", "48_hours", State.PLANNED)]
    set_clock(service, swedish("2026-11-25 09:00"))
    assert claim_due(service) == 1
    assert len(told(service, ReminderDue)) == 1


def test_K17_a_death_takes_back_what_notify_holds_and_ends_the_chain(service: Service) -> None:
    hear(service, agreed())
    set_clock(service, swedish("2026-11-25 09:00"))
    claim_due(service)
    (row,) = reminders(service)
    hear(service, delivered(row.id, swedish("2026-11-25 09:00")), dead())
    assert [event.reason_key for event in told(service, ReminderCancelled)] == ["deceased"]
    assert [(row.state, row.chase_at) for row in reminders(service)] == [(State.CANCELLED, None)]


def test_K17_another_persons_death_touches_nobody_else(service: Service) -> None:
    hear(service, agreed(), person(ANNA, "delegate", "Anna", deceased=date(2026, 11, 20)))
    assert timeline(service) == [("2026-11-27 09:00", "48_hours", State.PLANNED)]
