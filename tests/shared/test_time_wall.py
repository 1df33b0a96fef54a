"""Wall time to instant and back: P27, and the policy of gap forward, overlap first."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.time import to_instant, to_local
from tests.shared.material import utc, wall

ZONES = st.sampled_from(
    [
        "Europe/Stockholm",
        "Europe/London",
        "Africa/Casablanca",
        "America/Santiago",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "UTC",
    ]
)
NIGHT = (0, 1, 2, 3, 4, 5, 6, 7, 46, 47)
"""The half hours of a day in which clocks are changed."""
INSTANTS = st.datetimes(wall("1970-01-02"), wall("2100-12-30"), timezones=st.just(UTC))
LOCALS = st.datetimes(wall("1970-01-02"), wall("2100-12-30"))


def test_P27_a_time_in_the_gap_moves_forward() -> None:
    assert to_instant(wall("2027-03-28 02:30"), "Europe/Stockholm") == utc("2027-03-28 01:30")


def test_P27_a_time_in_the_overlap_is_the_first() -> None:
    local = wall("2027-10-31 02:30")
    first = utc("2027-10-31 00:30")
    assert to_instant(local, "Europe/Stockholm") == first
    assert to_instant(local.replace(fold=1), "Europe/Stockholm") == first


def test_P27_lord_howe_moves_half_an_hour() -> None:
    moved = to_instant(wall("2026-10-04 02:10"), "Australia/Lord_Howe")
    assert to_local(moved, "Australia/Lord_Howe") == wall("2026-10-04 02:40")


@given(INSTANTS, ZONES)
def test_P27_every_instant_comes_back_or_is_the_second_pass(instant: datetime, zone: str) -> None:
    back = to_instant(to_local(instant, zone), zone)
    assert back == instant or (back < instant and to_local(back, zone) == to_local(instant, zone))


@given(LOCALS, ZONES)
def test_P27_every_wall_time_has_one_instant_never_earlier_than_written(local: datetime, zone: str) -> None:
    instant = to_instant(local, zone)
    assert instant.tzinfo is UTC
    assert to_local(instant, zone) >= local


@pytest.mark.full
@pytest.mark.parametrize("zone", sorted(zoneinfo.available_timezones()))
def test_P27_a_daily_time_stays_in_order_over_every_change_of_every_zone(zone: str) -> None:
    for week in _weeks_of_change(zone):
        walls = [week + timedelta(days=day, minutes=30 * half_hour) for half_hour in NIGHT for day in range(8)]
        instants = [to_instant(local, zone) for local in walls]
        assert all(to_local(instant, zone) >= local for instant, local in zip(instants, walls, strict=True))
        for daily in (instants[start : start + 8] for start in range(0, len(instants), 8)):
            assert daily == sorted(daily)


def _weeks_of_change(zone: str) -> list[datetime]:
    place = zoneinfo.ZoneInfo(zone)
    weeks = [wall("1970-01-02") + timedelta(weeks=n) for n in range(131 * 52)]
    offsets = [place.utcoffset(week) for week in weeks]
    return [week for week, before, after in zip(weeks, offsets, offsets[1:], strict=False) if before != after]


def test_kinds_of_time_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="no zone"):
        to_instant(utc("2027-01-01"), "Europe/Stockholm")
    with pytest.raises(ValueError, match="aware"):
        to_local(wall("2027-01-01"), "Europe/Stockholm")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "Europe/\0"])
def test_an_unknown_zone_is_refused_in_plain_words(zone: str) -> None:
    with pytest.raises(ValueError, match="not a known time zone"):
        to_instant(wall("2027-01-01"), zone)
