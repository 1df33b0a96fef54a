"""The steps of a clock, and when staff are told of them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from services.notify.requests.domain import Act, NotPossible, Priority, State, after, may_reopen
from services.notify.requests.escalation.domain import Clock, clock_of
from services.notify.requests.telling.domain import next_digest
from shared.events import OpenHours
from shared.time import calendar_of
from tests.services.notify.requests.world import swedish, unit

CALENDAR = calendar_of(unit())
FRIDAY = swedish("2026-11-27 15:00")
SOON = clock_of(Priority.SOON, FRIDAY, swedish("2026-11-30 09:30"), CALENDAR)
URGENT = clock_of(Priority.URGENT, FRIDAY, FRIDAY + timedelta(hours=2), CALENDAR)


@pytest.mark.parametrize(
    ("level", "comes"),
    [
        (50, "2026-11-27 17:00"),
        (100, "2026-11-30 09:30"),
        (150, "2026-11-30 11:30"),
        (200, "2026-11-30 13:30"),
        (201, "2026-12-01 13:30"),
        (202, "2026-12-02 13:30"),
    ],
)
def test_K2_steps_are_counted_in_working_time_and_then_every_working_day(level: int, comes: str) -> None:
    assert SOON.at_level(level) == swedish(comes)


@pytest.mark.parametrize(("level", "minutes"), [(50, 60), (100, 120), (150, 180), (200, 240), (201, 270), (203, 330)])
def test_K2_an_urgent_clock_runs_day_and_night_and_then_every_thirty_minutes(level: int, minutes: int) -> None:
    assert URGENT.at_level(level) == FRIDAY + timedelta(minutes=minutes)


def test_K2_each_step_comes_once_and_after_a_silence_the_last_telling_is_enough() -> None:
    assert URGENT.reached(0, FRIDAY + timedelta(minutes=59)) == []
    assert URGENT.reached(0, FRIDAY + timedelta(minutes=60)) == [50]
    assert URGENT.reached(50, FRIDAY + timedelta(minutes=60)) == []
    assert URGENT.reached(50, FRIDAY + timedelta(minutes=340)) == [100, 150, 200, 203]
    assert URGENT.reached(203, FRIDAY + timedelta(minutes=340)) == []


@pytest.mark.parametrize(("done", "following"), [(0, 50), (50, 100), (200, 201), (201, 202)])
def test_K2_the_next_step_is_known(done: int, following: int) -> None:
    assert SOON.next_after(done) == SOON.at_level(following)


def test_K2_a_promise_without_open_time_still_has_steps() -> None:
    night = Clock(begins=swedish("2026-11-28 01:00"), ends=swedish("2026-11-28 03:00"), calendar=CALENDAR)
    assert night.at_level(100) == swedish("2026-11-28 03:00")
    assert night.at_level(150) == swedish("2026-11-30 08:30")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-24 07:00", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 13:00"),
        ("2026-11-24 13:01", "2026-11-25 08:00"),
        ("2026-11-27 16:55", "2026-11-30 08:00"),
        ("2026-12-23 14:00", "2026-12-28 08:00"),
    ],
)
def test_K3_digests_leave_at_eight_and_one_on_working_days(at: str, told: str) -> None:
    assert next_digest(swedish(at), CALENDAR) == swedish(told)


def test_K3_a_unit_that_opens_later_is_told_when_it_opens() -> None:
    late = calendar_of(unit(hours=(OpenHours(weekday=1, opens=time(8, 30), closes=time(12)),)))
    assert next_digest(swedish("2026-11-24 08:10"), late) == swedish("2026-11-24 08:30")
    assert next_digest(swedish("2026-11-24 08:30"), late) == swedish("2026-12-01 08:30")


def test_K3_a_unit_without_hours_is_told_every_day() -> None:
    assert next_digest(swedish("2026-11-28 09:00"), calendar_of(unit(hours=()))) == swedish("2026-11-28 13:00")


@pytest.mark.parametrize("act", [Act.ANSWER, Act.CALL, Act.HAND_OVER, Act.ASK_BACK, Act.WITHDRAW, Act.WRITE])
def test_B4_nothing_follows_from_a_closed_request_but_opening_it_again(act: Act) -> None:
    with pytest.raises(NotPossible):
        after(State.CLOSED, act)
    assert after(State.CLOSED, Act.REOPEN) == State.NEW


def test_B4_a_request_is_closed_after_an_answer_only() -> None:
    for state in (State.NEW, State.ACKNOWLEDGED, State.IN_PROGRESS, State.HANDED_OVER, State.WAITING_FOR_PATIENT):
        with pytest.raises(NotPossible):
            after(state, Act.CONFIRM)
    assert after(State.ANSWERED, Act.CONFIRM) == State.CLOSED


def test_B4_fourteen_days_to_say_that_no_answer_came() -> None:
    answered = datetime.fromisoformat("2026-11-01T12:00:00+01:00")
    assert may_reopen(State.ANSWERED, answered, answered + timedelta(days=14))
    assert not may_reopen(State.CLOSED, answered, answered + timedelta(days=14, seconds=1))
    assert not may_reopen(State.CLOSED, None, answered)
