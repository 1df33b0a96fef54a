"""The clock and the shifts a demonstration gives it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.time import Clock, FixedClock, parse_shift
from tests.shared.material import wall


def test_the_clock_tells_aware_utc() -> None:
    before = datetime.now(UTC)
    now = Clock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_the_offset_is_asked_at_each_reading() -> None:
    offsets = [timedelta(days=2), timedelta(hours=-1)]
    clock = Clock(offset=lambda: offsets.pop(0))
    assert clock.now() - datetime.now(UTC) > timedelta(days=1, hours=23)
    assert clock.now() < datetime.now(UTC)


def test_a_fixed_clock_stands_still_and_can_be_set() -> None:
    clock = FixedClock(datetime(2027, 1, 1, 12, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == clock.now() == datetime(2027, 1, 1, 11, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.at += timedelta(hours=1)
    assert clock.now() == datetime(2027, 1, 1, 12, tzinfo=UTC)


def test_a_fixed_clock_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(wall("2027-01-01"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("+2d", timedelta(days=2)),
        ("+90m", timedelta(minutes=90)),
        ("-1h", timedelta(hours=-1)),
        (" +0m\n", timedelta()),
    ],
)
def test_shifts(text: str, meant: timedelta) -> None:
    assert parse_shift(text) == meant


@pytest.mark.parametrize("text", ["", "2d", "+d", "+2", "+2y", "++2d", "+2d3h", "+1.5h", "+٢d", "+9999999d", "+2 d"])
def test_other_shifts_are_refused_in_plain_words(text: str) -> None:
    with pytest.raises(ValueError, match="not a shift"):
        parse_shift(text)
