"""What is promised, and in whose hours it is counted."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.requests.domain import Priority
from services.notify.requests.promise.domain import opens_as, promise, read_from, resumed, tightened
from shared.events import OpenHours
from shared.time import calendar_of
from tests.services.notify.requests.world import swedish, unit, with_duty_line

CALENDAR = calendar_of(unit())
BEFORE_THE_LONG_WEEKEND = swedish("2028-04-28 16:55")
"""A Friday; the Monday after it is 1 May."""


def promised(priority: Priority, at: datetime) -> tuple[datetime, datetime]:
    found = promise(priority, at, CALENDAR)
    return found.acknowledge_by, found.answer_by


@pytest.mark.parametrize(
    ("priority", "asked", "read", "answered"),
    [
        ("urgent", "2026-11-24 23:00", "2026-11-24 23:30", "2026-11-25 01:00"),
        ("soon", "2026-11-24 09:00", "2026-11-24 13:00", "2026-11-25 17:00"),
        ("soon", "2026-11-24 15:00", "2026-11-25 09:30", "2026-11-25 17:00"),
        ("soon", "2026-11-28 12:00", "2026-11-30 11:30", "2026-11-30 17:00"),
        ("routine", "2026-11-24 10:00", "2026-11-25 10:00", "2026-11-27 10:00"),
        ("routine", "2026-11-20 15:00", "2026-11-23 15:00", "2026-11-23 15:00"),
        ("routine", "2026-11-19 15:00", "2026-11-20 15:00", "2026-11-23 07:30"),
    ],
)
def test_B4_priority_urgent_B4_priority_soon_B4_priority_routine_promises_are_counted_in_the_units_hours(
    priority: str, asked: str, read: str, answered: str
) -> None:
    assert promised(Priority(priority), swedish(asked)) == (swedish(read), swedish(answered))


def test_H5_friday_16_55_soon_before_a_long_weekend_lands_on_the_next_working_day() -> None:
    read, answered = promised(Priority.SOON, BEFORE_THE_LONG_WEEKEND)
    assert read == swedish("2028-05-02 11:25")
    assert answered == swedish("2028-05-02 17:00")


def test_H5_friday_16_55_urgent_does_not_wait() -> None:
    assert opens_as(Priority.URGENT, unit(), BEFORE_THE_LONG_WEEKEND) == Priority.URGENT
    assert promised(Priority.URGENT, BEFORE_THE_LONG_WEEKEND) == (
        swedish("2028-04-28 17:25"),
        swedish("2028-04-28 18:55"),
    )


def test_K1_what_is_asked_as_urgent_when_nobody_is_there_opens_as_soon_and_says_when_it_is_read() -> None:
    friday_night = swedish("2026-11-27 22:30")
    assert opens_as(Priority.URGENT, unit(), friday_night) == Priority.SOON
    assert read_from(unit(), friday_night) == swedish("2026-11-30 07:30")


def test_K1_an_open_duty_line_keeps_it_urgent_but_nobody_is_said_to_read_it() -> None:
    evening = swedish("2026-11-27 19:00")
    assert opens_as(Priority.URGENT, with_duty_line(), evening) == Priority.URGENT
    assert opens_as(Priority.URGENT, with_duty_line(), swedish("2026-11-27 22:30")) == Priority.SOON
    assert read_from(with_duty_line(), evening) == swedish("2026-11-30 07:30")


def test_K1_people_at_work_read_it_now() -> None:
    assert read_from(unit(), swedish("2026-11-24 09:00")) is None
    assert opens_as(Priority.ROUTINE, unit(), swedish("2026-11-28 22:30")) == Priority.ROUTINE


def test_K4_a_more_pressing_cause_makes_nothing_later() -> None:
    at = swedish("2026-11-24 16:50")
    routine, urgent = promise(Priority.ROUTINE, at, CALENDAR), promise(Priority.URGENT, at, CALENDAR)
    assert tightened(routine, urgent) == urgent == tightened(urgent, routine)


def test_B4_a_clock_that_stood_still_moves_by_as_long_and_into_working_time() -> None:
    still = timedelta(hours=20)
    assert resumed(swedish("2026-11-27 16:00"), still, Priority.SOON, CALENDAR) == swedish("2026-11-30 07:30")
    assert resumed(swedish("2026-11-27 16:00"), still, Priority.URGENT, CALENDAR) == swedish("2026-11-28 12:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(list(Priority)),
    st.sets(st.integers(0, 6)),
    st.integers(0, 22),
)
def test_B4_reading_is_promised_before_answering_and_both_after_now(
    at: datetime, priority: Priority, days: set[int], opens: int
) -> None:
    hours = tuple(OpenHours(weekday=day, opens=time(opens), closes=time(opens + 1)) for day in days)
    found = promise(priority, at, calendar_of(unit(hours=hours)))
    assert at < found.acknowledge_by <= found.answer_by
