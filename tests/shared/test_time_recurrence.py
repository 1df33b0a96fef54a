"""Recurrence: promises section 6 rules 2, 3, 7 and 10, and P27."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.time import BadRule, TooMuch, occurrences, parse_rule, to_instant
from tests.shared.material import utc, wall

STOCKHOLM = "Europe/Stockholm"


def locals_of(rule: str, start: str, until: str, begin: str | None = None, **choices: Any) -> list[str]:
    window = (to_instant(wall(begin or start), STOCKHOLM), to_instant(wall(until), STOCKHOLM))
    found = occurrences(parse_rule(rule), wall(start), STOCKHOLM, window, **choices)
    return [f"{occurrence.local:%Y-%m-%d %H:%M}" for occurrence in found]


def test_a_weekly_pattern_keeps_its_wall_time_over_the_change_of_clocks() -> None:
    window = (utc("2027-03-25"), utc("2027-04-01"))
    found = occurrences(parse_rule("FREQ=WEEKLY;BYDAY=MO,WE,FR"), wall("2026-01-05 08:00"), STOCKHOLM, window)
    assert [o.local.isoformat() for o in found] == ["2027-03-26T08:00:00", "2027-03-29T08:00:00", "2027-03-31T08:00:00"]
    assert [o.instant for o in found] == [utc("2027-03-26 07:00"), utc("2027-03-29 06:00"), utc("2027-03-31 06:00")]


def test_P27_an_occurrence_in_the_gap_moves_is_counted_and_keeps_its_name() -> None:
    window = (utc("2027-03-20"), utc("2027-05-01"))
    found = occurrences(parse_rule("FREQ=DAILY;COUNT=3"), wall("2027-03-27 02:30"), STOCKHOLM, window)
    assert [o.local for o in found] == [wall("2027-03-27 02:30"), wall("2027-03-28 02:30"), wall("2027-03-29 02:30")]
    assert found[1].instant == utc("2027-03-28 01:30")


def test_P27_an_occurrence_that_comes_twice_is_once_and_the_first() -> None:
    window = (utc("2027-10-30 12:00"), utc("2027-10-31 12:00"))
    found = occurrences(parse_rule("FREQ=DAILY"), wall("2027-01-01 02:30"), STOCKHOLM, window)
    assert [o.instant for o in found] == [utc("2027-10-31 00:30")]


def test_section_6_7_a_day_that_the_month_lacks_is_its_last() -> None:
    assert locals_of("FREQ=MONTHLY;COUNT=4", "2027-01-31 09:00", "2028-01-01") == [
        "2027-01-31 09:00",
        "2027-02-28 09:00",
        "2027-03-31 09:00",
        "2027-04-30 09:00",
    ]
    assert locals_of("FREQ=YEARLY;COUNT=2", "2028-02-29 09:00", "2032-01-01") == [
        "2028-02-29 09:00",
        "2029-02-28 09:00",
    ]
    assert locals_of("FREQ=MONTHLY;BYMONTHDAY=30,31;COUNT=3", "2027-01-31 09:00", "2028-01-01") == [
        "2027-01-31 09:00",
        "2027-02-28 09:00",
        "2027-03-30 09:00",
    ]


def test_section_6_7_rfc_5545_omission_can_be_asked_for() -> None:
    omitted = locals_of("FREQ=MONTHLY;COUNT=2", "2027-01-31 09:00", "2028-01-01", omit_missing_days=True)
    assert omitted == ["2027-01-31 09:00", "2027-03-31 09:00"]


def test_section_6_10_exdates_take_away_by_local_time_and_rdates_count_once() -> None:
    chosen = locals_of(
        "FREQ=DAILY;COUNT=3",
        "2027-01-12 08:00",
        "2027-02-01",
        exdates={wall("2027-01-13 08:00")},
        rdates=[wall("2027-01-14 08:00"), wall("2027-01-12 20:00"), wall("2026-01-01 08:00")],
    )
    assert chosen == ["2027-01-12 08:00", "2027-01-12 20:00", "2027-01-14 08:00"]


def test_section_6_10_until_is_an_instant_and_counts_itself() -> None:
    rule = "FREQ=DAILY;UNTIL=20270114T070000Z"
    assert locals_of(rule, "2027-01-12 08:00", "2027-02-01")[-1] == "2027-01-14 08:00"
    assert locals_of(rule, "2027-01-12 08:01", "2027-02-01")[-1] == "2027-01-13 08:01"


def test_C_dates_a_rule_that_ends_before_it_begins_and_a_day_taken_out_that_is_not_in_it() -> None:
    assert locals_of("FREQ=DAILY;UNTIL=20270101T070000Z", "2027-01-12 08:00", "2027-02-01") == []
    absent = {wall("2027-01-13 08:01"), wall("2031-01-01 08:00")}
    kept = locals_of("FREQ=DAILY;COUNT=2", "2027-01-12 08:00", "2027-02-01", exdates=absent)
    assert kept == ["2027-01-12 08:00", "2027-01-13 08:00"]


def test_the_window_takes_its_first_instant_and_not_its_last() -> None:
    assert locals_of("FREQ=DAILY", "2027-01-01 08:00", "2027-01-14 08:00", begin="2027-01-12 08:00") == [
        "2027-01-12 08:00",
        "2027-01-13 08:00",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY;",
        "INTERVAL=2",
        "RRULE:FREQ=DAILY",
        "freq=daily",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=3;UNTIL=20270114T070000Z",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=99999",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=٣",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;UNTIL=20270114",
        "FREQ=DAILY;UNTIL=20270114T070000",
        "FREQ=DAILY;UNTIL=20270230T070000Z",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=8,20",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=MO,1TU",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,-1",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=YEARLY;BYMONTHDAY=1",
        "FREQ=DAILY;X-MINE=1",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 400),
    ],
)
def test_section_6_10_what_is_outside_the_subset_is_refused(rule: str) -> None:
    with pytest.raises(BadRule, match="not supported"):
        parse_rule(rule)


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["FREQ", "=", ";", "DAILY", "BYDAY", "2MO", ",", "-1"])).map("".join)
)
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    with contextlib.suppress(BadRule):
        assert parse_rule(text).freq in text


@pytest.mark.parametrize("begin", ["1899-12-31 08:00", "0001-01-01"])
def test_expansion_is_capped_in_years(begin: str) -> None:
    rule = parse_rule("FREQ=DAILY")
    with pytest.raises(TooMuch, match="1900 to 2200"):
        occurrences(rule, wall(begin), STOCKHOLM, (utc("2027-01-01"), utc("2027-01-02")))
    with pytest.raises(TooMuch, match="1900 to 2200"):
        occurrences(rule, wall("2027-01-01"), STOCKHOLM, (utc("2027-01-01"), utc("2201-01-02")))


def test_expansion_is_capped_in_number_and_never_cut_short_silently() -> None:
    with pytest.raises(TooMuch, match="5000"):
        occurrences(parse_rule("FREQ=DAILY"), wall("2027-01-01"), STOCKHOLM, (utc("2027-01-01"), utc("2050-01-01")))


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=1", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;COUNT=1"]
)
def test_a_rule_that_never_comes_true_ends(rule: str) -> None:
    assert occurrences(parse_rule(rule), wall("1990-01-01"), STOCKHOLM, (utc("1990-01-01"), utc("2190-01-01"))) == ()
