"""Dates are written out, clocks have 24 hours, time left is told in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.i18n import clock, day, day_clock, left
from shared.i18n.words import duration

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_E_dates_are_written_out_in_both_languages() -> None:
    assert day_clock(NINE, "sv") == "tisdag 24 november kl. 09.00"
    assert day_clock(NINE, "en") == "Tuesday 24 November at 09:00"


def test_summer_time_is_the_zones_own() -> None:
    assert clock(datetime(2026, 7, 1, 8, 0, tzinfo=UTC), "sv") == "10.00"


def test_the_year_is_told_only_when_it_is_another() -> None:
    assert day(date(2027, 1, 4), "sv", now=NINE) == "måndag 4 januari 2027"
    assert day(date(2026, 12, 4), "sv", now=NINE) == "fredag 4 december"


def test_the_day_is_the_local_one_around_midnight() -> None:
    assert day(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "en") == "Wednesday 25 November"


@pytest.mark.parametrize(
    ("minutes", "english", "swedish"),
    [
        (0, "less than 1 min left", "mindre än 1 min kvar"),
        (45, "45 min left", "45 min kvar"),
        (60, "1 h left", "1 tim kvar"),
        (130, "2 h 10 min left", "2 tim 10 min kvar"),
        (24 * 60, "1 day left", "1 dag kvar"),
        (3 * 24 * 60 + 5, "3 days left", "3 dagar kvar"),
        (-10, "10 min late", "10 min försenat"),
    ],
)
def test_E2_time_left_is_told_in_words(minutes: int, english: str, swedish: str) -> None:
    until = NINE + timedelta(minutes=minutes)
    assert (left(until, NINE, "en"), left(until, NINE, "sv")) == (english, swedish)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        clock(NINE.replace(tzinfo=None), "sv")


def test_a_length_of_time_has_no_direction() -> None:
    assert duration(timedelta(hours=2), "en") == "2 h"
