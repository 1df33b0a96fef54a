"""What can't go together in a plan: each rule by its number, and never a thing found twice or changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.contract.plan.conflicts.domain import (
    ACCEPT_WITHIN,
    Duty,
    Rule,
    Span,
    is_seen_to,
    no_lead,
    not_accepted,
    overlaps,
    unavailable,
)

NINE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def span(name: str, minutes: int, place: str = "", length: int = 30, *, all_day: bool = False) -> Span:
    starts = NINE + timedelta(minutes=minutes)
    return Span(name, starts, starts + timedelta(minutes=length), place, all_day)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (span("b", 0), True),
        (span("b", 29), True),
        (span("b", 30), False),
        (span("b", 30, "Hjärtat"), True),
        (span("b", 89, "Hjärtat"), True),
        (span("b", 90, "Hjärtat"), False),
        (span("b", 30, "NJUREN"), False),
        (span("b", -60, "Hjärtat"), True),
        (span("b", -90, "Hjärtat"), False),
    ],
)
def test_B3_rule_1_two_things_at_once_or_too_near_to_travel_between(other: Span, found: bool) -> None:
    mine = span("a", 0, "Njuren")
    assert bool(list(overlaps([mine, other]))) is found
    assert [one.key for one in overlaps([mine, other])] == [one.key for one in overlaps([other, mine])]


def test_B3_rule_1_a_long_thing_meets_all_that_lie_inside_it() -> None:
    day = span("day", 0, length=480)
    found = list(overlaps([span("b", 240), day, span("c", 60)]))
    assert [one.about for one in found] == [("day", "c"), ("day", "b")]


def test_B3_rule_1_a_day_without_a_time_collides_with_nothing() -> None:
    assert not list(overlaps([span("a", 0, length=1440, all_day=True), span("b", 60)]))


def test_B3_rule_2_inside_a_session_a_stay_or_a_time_the_patient_said_no_to() -> None:
    session = span("session", 0, length=240)
    found = list(unavailable([span("a", 239), span("b", 240), span("c", -30)], [session]))
    assert [(one.rule, one.about) for one in found] == [(Rule.UNAVAILABLE, ("a",))]


def test_B3_rule_2_a_day_without_a_time_is_hit_only_when_all_of_it_is_taken() -> None:
    day = span("a", 0, length=1440, all_day=True)
    assert not list(unavailable([day], [span("session", 60, length=240)]))
    assert list(unavailable([day], [span("stay", -60, length=3000)]))


@pytest.mark.parametrize(
    ("now", "seen_to"), [(0, True), (29, True), (30, False), (90, False)], ids=["at once", "during", "over", "later"]
)
def test_B3_rule_2_what_only_passed_was_not_put_right(now: int, seen_to: bool) -> None:
    spans = [span("a", 0), span("b", 600)]
    at = NINE + timedelta(minutes=now)
    assert is_seen_to(["a"], spans, at) is seen_to
    assert is_seen_to(["b"], spans, at)
    assert is_seen_to([], spans, at)
    assert is_seen_to(["gone"], spans, at)


def test_K21_a_finding_names_the_thing_and_never_what_takes_its_time() -> None:
    (found,) = unavailable([span("a", 0)], [span("not_then:7", 0)])
    assert found.about == ("a",)


@pytest.mark.parametrize(
    ("party", "accepted", "age", "found"),
    [
        ("", True, timedelta(), True),
        ("municipality", False, ACCEPT_WITHIN - timedelta(seconds=1), False),
        ("municipality", False, ACCEPT_WITHIN, True),
        ("municipality", True, ACCEPT_WITHIN * 3, False),
    ],
)
def test_B3_rule_4_nobody_responsible_or_not_accepted_within_14_days(
    party: str, accepted: bool, age: timedelta, found: bool
) -> None:
    assert bool(list(not_accepted([Duty("a", party, accepted, NINE)], NINE + age))) is found


def test_B3_rule_7_two_principals_and_nobody_with_the_overall_responsibility() -> None:
    both = ["region_unit", "municipality"]
    assert [one.rule for one in no_lead(both, lead=False)] == [Rule.NO_LEAD]
    assert not list(no_lead(both, lead=True))
    assert not list(no_lead(["region_unit", "region_unit"], lead=False))


def test_B3_another_time_is_another_finding() -> None:
    keys = {next(overlaps([span("a", 0), span("b", minutes)])).key for minutes in (0, 10, 10)}
    assert len(keys) == 2
