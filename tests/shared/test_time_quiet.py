"""Quiet hours: B7 rule 2, P29, and the traps of section H."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import QuietInterval
from shared.time import ADVANCE_MARGIN, DEFAULT_QUIET, PURPOSE_LEAD, is_quiet, quiet_shift, to_instant, to_local
from tests.shared.material import wall

STOCKHOLM = "Europe/Stockholm"


def quiet(start: str, end: str, weekday: int | None = None) -> QuietInterval:
    return QuietInterval(weekday=weekday, start=time.fromisoformat(start), end=time.fromisoformat(end))


def here(text: str) -> datetime:
    return to_instant(wall(text), STOCKHOLM)


def shown(at: datetime | None) -> str | None:
    return None if at is None else f"{to_local(at, STOCKHOLM):%Y-%m-%d %H:%M}"


def test_outside_quiet_hours_a_message_leaves_when_due() -> None:
    due = here("2027-01-12 20:59")
    assert quiet_shift(due, due + timedelta(days=1), DEFAULT_QUIET, STOCKHOLM) == due


@pytest.mark.parametrize("due", ["2027-01-12 21:00", "2027-01-12 23:59", "2027-01-13 00:00", "2027-01-13 07:59"])
def test_B7_2_inside_quiet_hours_a_message_is_held_to_their_end(due: str) -> None:
    sent = quiet_shift(here(due), here("2027-01-14 12:00"), DEFAULT_QUIET, STOCKHOLM)
    assert shown(sent) == "2027-01-13 08:00"


def test_H10_a_visit_at_half_past_eight_is_told_of_the_evening_before() -> None:
    useful_until = here("2027-01-13 08:30") - PURPOSE_LEAD
    sent = quiet_shift(here("2027-01-13 06:00"), useful_until, DEFAULT_QUIET, STOCKHOLM)
    assert sent == here("2027-01-12 21:00") - ADVANCE_MARGIN


def test_B7_2_too_late_to_hold_and_too_late_to_advance_is_in_the_product_only() -> None:
    due, useful_until = here("2027-01-12 22:00"), here("2027-01-13 07:00")
    assert quiet_shift(due, useful_until, DEFAULT_QUIET, STOCKHOLM, not_before=here("2027-01-12 21:30")) is None


def test_B7_2_a_message_is_advanced_to_now_when_quiet_is_about_to_begin() -> None:
    due, now = here("2027-01-12 22:00"), here("2027-01-12 20:55")
    assert quiet_shift(due, here("2027-01-13 07:00"), DEFAULT_QUIET, STOCKHOLM, not_before=now) == now


def test_holding_until_the_very_last_useful_moment_is_in_time() -> None:
    end = here("2027-01-13 08:00")
    assert quiet_shift(here("2027-01-13 03:00"), end, DEFAULT_QUIET, STOCKHOLM) == end


def test_a_message_that_is_no_longer_of_use_is_not_sent() -> None:
    due = here("2027-01-12 12:00")
    assert quiet_shift(due, due - timedelta(seconds=1), DEFAULT_QUIET, STOCKHOLM) is None


def test_P29_quiet_hours_of_another_clock_can_not_be() -> None:
    with pytest.raises(ValueError, match="clock on the wall"):
        quiet("21:00+01:00", "08:00")
    with pytest.raises(ValueError, match="clock on the wall"):
        quiet("21:00", "08:00Z")


@pytest.mark.parametrize("hours", [(), (quiet("21:00", "21:00"),), (quiet("00:00", "00:00"),)])
def test_empty_intervals_are_no_quiet_at_all(hours: tuple[QuietInterval, ...]) -> None:
    due = here("2027-01-12 21:00")
    assert quiet_shift(due, due, hours, STOCKHOLM) == due


def test_quiet_all_week_holds_nothing_and_sends_nothing() -> None:
    hours = (quiet("00:00", "12:00"), quiet("12:00", "00:00"))
    due = here("2027-01-12 21:00")
    assert quiet_shift(due, due + timedelta(days=30), hours, STOCKHOLM) is None


def test_quiet_until_midnight_ends_with_the_day() -> None:
    sent = quiet_shift(here("2027-01-12 23:00"), here("2027-01-14 00:00"), (quiet("22:00", "00:00"),), STOCKHOLM)
    assert shown(sent) == "2027-01-13 00:00"


def test_a_weekday_interval_across_midnight_belongs_to_the_day_it_begins() -> None:
    friday_night = (quiet("22:00", "10:00", weekday=4),)
    assert is_quiet(here("2027-01-15 23:00"), friday_night, STOCKHOLM)
    assert is_quiet(here("2027-01-16 09:59"), friday_night, STOCKHOLM)
    assert not is_quiet(here("2027-01-15 09:00"), friday_night, STOCKHOLM)
    assert not is_quiet(here("2027-01-16 23:00"), friday_night, STOCKHOLM)


def test_adjoining_intervals_are_one_quiet() -> None:
    hours = (quiet("20:00", "23:00"), quiet("23:00", "06:00"), quiet("05:00", "07:30"))
    assert shown(quiet_shift(here("2027-01-12 21:00"), here("2027-01-20"), hours, STOCKHOLM)) == "2027-01-13 07:30"
    sent = quiet_shift(here("2027-01-13 02:00"), here("2027-01-13 07:00"), hours, STOCKHOLM)
    assert sent == here("2027-01-12 20:00") - ADVANCE_MARGIN


def test_P29_quiet_that_ends_in_the_gap_ends_when_the_clock_is_moved() -> None:
    sent = quiet_shift(here("2027-03-28 01:00"), here("2027-03-28 12:00"), (quiet("22:00", "02:30"),), STOCKHOLM)
    assert shown(sent) == "2027-03-28 03:00"


def test_P29_in_the_hour_that_comes_twice_quiet_is_what_the_clock_shows() -> None:
    hours = (quiet("22:00", "02:30"),)
    second_pass = datetime(2027, 10, 31, 1, 10, tzinfo=UTC)
    assert shown(second_pass) == "2027-10-31 02:10"
    sent = quiet_shift(second_pass, second_pass + timedelta(days=1), hours, STOCKHOLM)
    assert sent == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
INTERVALS = st.builds(QuietInterval, weekday=st.none() | st.integers(0, 6), start=TIMES, end=TIMES)
HOURS = st.just(DEFAULT_QUIET) | st.lists(INTERVALS, max_size=4).map(tuple)
ZONES = st.sampled_from(
    [STOCKHOLM, "Europe/London", "Africa/Casablanca", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
INSTANTS = st.datetimes(wall("1970-01-02"), wall("2100-12-01"), timezones=st.just(UTC))
SPANS = st.integers(-60, 60 * 72).map(lambda minutes: timedelta(minutes=minutes))


@given(INSTANTS, SPANS, HOURS, ZONES)
def test_P29_what_is_sent_is_never_in_quiet_hours_nor_too_late(
    due: datetime, useful: timedelta, hours: tuple[QuietInterval, ...], zone: str
) -> None:
    sent = quiet_shift(due, due + useful, hours, zone)
    assert sent == quiet_shift(due, due + useful, hours, zone)
    if sent is not None:
        assert not is_quiet(sent, hours, zone)
        assert sent <= due + useful


@given(INSTANTS, SPANS, HOURS, ZONES)
def test_P29_a_message_is_early_only_when_holding_it_would_be_too_late(
    due: datetime, useful: timedelta, hours: tuple[QuietInterval, ...], zone: str
) -> None:
    sent = quiet_shift(due, due + useful, hours, zone)
    if sent is None or sent >= due:
        return
    minutes = [due + timedelta(minutes=n) for n in range(int(useful / timedelta(minutes=1)) + 1)]
    assert all(is_quiet(at, hours, zone) for at in minutes[::5])
    assert is_quiet(sent + ADVANCE_MARGIN, hours, zone)


@given(INSTANTS, HOURS, ZONES)
def test_P29_a_held_message_leaves_at_the_first_moment_outside(
    due: datetime, hours: tuple[QuietInterval, ...], zone: str
) -> None:
    sent = quiet_shift(due, due + timedelta(days=9), hours, zone)
    if sent is not None and sent > due:
        assert is_quiet(sent - timedelta(microseconds=1), hours, zone)


@given(INSTANTS, SPANS, SPANS, HOURS, ZONES)
def test_P28_nothing_is_advanced_to_a_time_that_has_passed(
    due: datetime, useful: timedelta, ahead: timedelta, hours: tuple[QuietInterval, ...], zone: str
) -> None:
    now = due - abs(ahead)
    sent = quiet_shift(due, due + useful, hours, zone, not_before=now)
    assert sent is None or (sent >= now and not is_quiet(sent, hours, zone))
