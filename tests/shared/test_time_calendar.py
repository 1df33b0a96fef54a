"""Working time: B4's clocks, the trap "Friday 16.55 before a long weekend", holidays and eves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import OpenHours, UnitChanged
from shared.time import WorkingCalendar, calendar_of, duty_calendar_of, to_instant, to_local
from tests.shared.material import wall

STOCKHOLM = "Europe/Stockholm"
HOUR = timedelta(hours=1)


def hours(opens: str, closes: str, *weekdays: int) -> tuple[OpenHours, ...]:
    begin, end = time.fromisoformat(opens), time.fromisoformat(closes)
    return tuple(OpenHours(weekday=day, opens=begin, closes=end) for day in weekdays)


OFFICE = WorkingCalendar(hours=hours("08:00", "17:00", 0, 1, 2, 3, 4), zone=STOCKHOLM)
ROUND_THE_CLOCK = hours("00:00", "00:00", *range(7))
NEVER = WorkingCalendar(hours=(), zone=STOCKHOLM)


def here(text: str) -> datetime:
    return to_instant(wall(text), STOCKHOLM)


def shown(at: datetime | None) -> str | None:
    return None if at is None else f"{to_local(at, STOCKHOLM):%Y-%m-%d %H:%M}"


def test_H5_friday_1655_soon_before_a_long_weekend_lands_on_the_next_working_day() -> None:
    """2027-03-25 is Maundy Thursday and -26 Good Friday: the next working day is Tuesday the 30th."""
    asked = here("2027-03-25 16:55")
    assert shown(OFFICE.add_working(asked, 4 * HOUR)) == "2027-03-30 11:55"
    assert shown(OFFICE.end_of_next_working_day(asked)) == "2027-03-30 17:00"
    assert shown(OFFICE.add_working(here("2027-01-15 16:55"), 4 * HOUR)) == "2027-01-18 11:55"


@pytest.mark.parametrize("day", ["2027-06-25", "2027-12-24", "2027-12-31", "2027-01-06", "2027-05-06", "2028-06-23"])
def test_B4_public_holidays_and_the_customary_eves_are_closed(day: str) -> None:
    assert not OFFICE.is_open(here(f"{day} 10:00"))
    always = WorkingCalendar(hours=OFFICE.hours, zone=STOCKHOLM, closed_on_holidays=False)
    assert always.is_open(here(f"{day} 10:00"))


def test_extra_closed_days_are_closed() -> None:
    planning = WorkingCalendar(hours=OFFICE.hours, zone=STOCKHOLM, extra_closed=(date(2027, 1, 13),))
    assert shown(planning.next_open(here("2027-01-12 17:00"))) == "2027-01-14 08:00"


def test_the_closing_instant_is_closed_and_the_opening_instant_open() -> None:
    assert OFFICE.is_open(here("2027-01-12 08:00"))
    assert not OFFICE.is_open(here("2027-01-12 17:00"))
    assert OFFICE.next_open(here("2027-01-12 08:00")) == here("2027-01-12 08:00")
    assert shown(OFFICE.next_change(here("2027-01-12 08:00"))) == "2027-01-12 17:00"
    assert shown(OFFICE.next_change(here("2027-01-15 17:00"))) == "2027-01-18 08:00"


def test_working_time_skips_lunch_and_counts_overlapping_hours_once() -> None:
    lunch = WorkingCalendar(hours=hours("13:00", "17:00", 1) + hours("08:00", "12:00", 1), zone=STOCKHOLM)
    assert shown(lunch.add_working(here("2027-01-12 11:00"), 2 * HOUR)) == "2027-01-12 14:00"
    double = WorkingCalendar(hours=hours("08:00", "12:00", 1) + hours("10:00", "16:00", 1), zone=STOCKHOLM)
    assert shown(double.add_working(here("2027-01-12 08:00"), 8 * HOUR)) == "2027-01-12 16:00"


def test_working_time_ends_exactly_at_closing_and_none_is_the_next_opening() -> None:
    assert shown(OFFICE.add_working(here("2027-01-12 08:00"), 9 * HOUR)) == "2027-01-12 17:00"
    assert shown(OFFICE.add_working(here("2027-01-12 20:00"), timedelta())) == "2027-01-13 08:00"


def test_hours_across_midnight_belong_to_the_day_they_open() -> None:
    night = WorkingCalendar(hours=hours("20:00", "07:00", 4), zone=STOCKHOLM)
    assert night.is_open(here("2027-01-16 06:59"))
    assert not night.is_open(here("2027-01-15 06:59"))
    assert shown(night.next_change(here("2027-01-16 00:30"))) == "2027-01-16 07:00"


@pytest.mark.parametrize(("day", "counted"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-01-12", 24)])
def test_P27_a_day_counts_the_hours_it_really_holds(day: str, counted: int) -> None:
    clock = WorkingCalendar(hours=ROUND_THE_CLOCK, zone=STOCKHOLM, closed_on_holidays=False)
    midnight = here(f"{day} 00:00")
    assert to_local(clock.add_working(midnight, counted * HOUR), STOCKHOLM) == wall(day) + timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "days", "answered"),
    [
        ("2027-01-12 14:00", 1, "2027-01-13 14:00"),
        ("2027-01-15 14:00", 1, "2027-01-18 14:00"),
        ("2027-01-16 14:00", 1, "2027-01-19 08:00"),
        ("2027-01-12 06:00", 1, "2027-01-13 08:00"),
        ("2027-01-12 22:00", 1, "2027-01-13 17:00"),
        ("2027-01-16 14:00", 0, "2027-01-18 08:00"),
        ("2027-03-25 09:00", 2, "2027-03-31 09:00"),
    ],
)
def test_B4_working_days_keep_the_wall_time_within_the_hours(asked: str, days: int, answered: str) -> None:
    assert shown(OFFICE.add_working_days(here(asked), days)) == answered


def test_K18_four_working_hours_can_be_left_before_the_last_useful_moment() -> None:
    assert shown(OFFICE.leave_working(here("2027-01-18 10:00"), 4 * HOUR)) == "2027-01-15 15:00"
    assert shown(OFFICE.leave_working(here("2027-01-17 10:00"), 4 * HOUR)) == "2027-01-15 13:00"
    assert shown(OFFICE.leave_working(here("2027-01-18 16:00"), 4 * HOUR)) == "2027-01-18 12:00"


def test_time_left_is_found_in_hours_that_began_the_evening_before() -> None:
    nights = WorkingCalendar(hours=hours("15:00", "09:00", 0) + hours("00:00", "01:00", 1), zone=STOCKHOLM)
    assert shown(nights.leave_working(here("2027-01-19 00:00"), 10 * HOUR)) == "2027-01-12 08:00"


def test_P27_time_left_is_found_although_the_clock_was_moved_within_the_week() -> None:
    sundays = WorkingCalendar(hours=hours("00:00", "00:00", 6), zone=STOCKHOLM, closed_on_holidays=False)
    assert shown(sundays.leave_working(here("2027-04-04 00:01"), timedelta(minutes=1))) == "2027-04-04 00:00"


def test_a_unit_that_never_opens_is_counted_by_the_plain_clock() -> None:
    at = here("2027-01-12 14:00")
    assert not NEVER.is_open(at)
    assert NEVER.next_open(at) is None
    assert NEVER.next_change(at) is None
    assert NEVER.add_working(at, 4 * HOUR) == at + 4 * HOUR
    assert NEVER.leave_working(at, 4 * HOUR) == at - 4 * HOUR
    assert NEVER.add_working_days(at, 2) == at + timedelta(days=2)
    assert NEVER.end_of_next_working_day(at) == at + timedelta(days=1)


def test_K1_a_duty_line_keeps_its_sunday_hours_on_a_holiday() -> None:
    good_friday = here("2027-03-26 18:00")
    round_the_clock = duty_calendar_of(unit(duty_hours=ROUND_THE_CLOCK))
    assert round_the_clock.is_open(good_friday)
    weekday_evenings = duty_calendar_of(unit(duty_hours=hours("17:00", "21:00", 0, 1, 2, 3, 4)))
    assert weekday_evenings.is_open(here("2027-03-25 18:00"))
    assert not weekday_evenings.is_open(good_friday)
    assert calendar_of(unit(duty_hours=())) == OFFICE


def unit(duty_hours: tuple[OpenHours, ...]) -> UnitChanged:
    return UnitChanged(
        unit_id=UUID(int=1),
        name="Dialysen",
        zone=STOCKHOLM,
        phone="036-10 00 00",
        floor_number="036-10 00 01",
        duty_line=None,
        head_id=None,
        hours=OFFICE.hours,
        duty_hours=duty_hours,
    )


HOURS_OF_DAY = st.integers(0, 23).map(time)
CALENDARS = st.builds(
    WorkingCalendar,
    hours=st.lists(
        st.builds(OpenHours, weekday=st.integers(0, 6), opens=HOURS_OF_DAY, closes=HOURS_OF_DAY), max_size=6
    ).map(tuple),
    zone=st.sampled_from([STOCKHOLM, "America/Santiago", "Australia/Lord_Howe"]),
    closed_day_as=st.none() | st.just(6),
)
INSTANTS = st.datetimes(wall("1990-01-02"), wall("2090-12-01"), timezones=st.just(UTC))


@given(CALENDARS, INSTANTS, st.integers(0, 60 * 20), st.integers(0, 60 * 20))
def test_working_time_adds_up(calendar: WorkingCalendar, at: datetime, one: int, two: int) -> None:
    """Adding one amount and then another is adding their sum, and what was added can be left again."""
    first, second = timedelta(minutes=one), timedelta(minutes=two)
    reached = calendar.add_working(calendar.add_working(at, first), second)
    if calendar.hours and second:
        assert reached == calendar.add_working(at, first + second)
        assert calendar.add_working(calendar.leave_working(reached, second), second) == reached
    assert reached >= at + first + second


@given(CALENDARS, INSTANTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: WorkingCalendar, at: datetime) -> None:
    opens = calendar.next_open(at)
    if opens is None:
        assert not calendar.hours
        return
    assert calendar.is_open(opens)
    steps = [at + (opens - at) * n / 50 for n in range(50)]
    assert not any(calendar.is_open(step) for step in steps if step < opens)
