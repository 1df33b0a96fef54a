"""When a reminder is due, until when it is of use, and that nothing is sent at night or twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.selfcare.reminders.domain import (
    ANSWERS,
    MOVES,
    Hours,
    Occasion,
    State,
    last_word,
    may_become,
    plan,
)
from shared.events import QuietInterval
from shared.time import DEFAULT_QUIET, calendar_of, is_quiet
from tests.services.selfcare.world import ESTHER, UNIT, ZONE, swedish, unit

HOURS = Hours(quiet=DEFAULT_QUIET, zone=ZONE)
NO_QUIET = Hours(quiet=(), zone=ZONE)
WEEKDAYS = calendar_of(unit())


def occasion(starts_local: str, kind: str = "next_contact") -> Occasion:
    return Occasion(
        kind=kind,
        id=UUID(int=9),
        version=1,
        patient_id=ESTHER,
        unit_id=UNIT,
        contract_id=None,
        starts_local=datetime.fromisoformat(starts_local),
        zone=ZONE,
    )


def sends(starts_local: str, at: str, kind: str = "next_contact", hours: Hours = HOURS) -> dict[str, datetime | None]:
    return {p.rule.name: p.send_at for p in plan(occasion(starts_local, kind), hours, WEEKDAYS, swedish(at))}


def test_B7_next_contact_is_reminded_48_hours_before_and_a_week_before_when_agreed_long_ahead() -> None:
    assert sends("2026-11-26 10:00", "2026-11-20 12:00") == {"48_hours": swedish("2026-11-24 10:00")}
    assert sends("2026-12-10 10:00", "2026-11-20 12:00") == {
        "7_days": swedish("2026-12-03 10:00"),
        "48_hours": swedish("2026-12-08 10:00"),
    }


@pytest.mark.parametrize(
    ("starts", "due"), [("2027-03-29 10:00", "2027-03-27 10:00"), ("2026-10-26 10:00", "2026-10-24 10:00")]
)
def test_B7_48_hours_is_two_calendar_days_also_when_the_clocks_change_between(starts: str, due: str) -> None:
    planned = plan(occasion(starts), NO_QUIET, None, swedish("2026-10-15 12:00"))
    (last,) = [p for p in planned if p.rule.name == "48_hours"]
    assert last.due_at == swedish(due)
    assert occasion(starts).starts_at - last.due_at != timedelta(hours=48)


def test_B7_rule_4_a_dialysis_at_a_time_that_does_not_exist_or_comes_twice_has_one_reminder_the_evening_before() -> (
    None
):
    for starts, evening in (("2027-03-28 02:30", "2027-03-27 18:00"), ("2027-10-31 02:30", "2027-10-30 18:00")):
        assert sends(starts, "2027-03-01 12:00", "dialysis_session") == {"evening_before": swedish(evening)}


def test_B7_leaving_day_is_reminded_the_evening_before_without_a_question() -> None:
    (planned,) = plan(occasion("2026-11-27 12:00", "leaving_day"), HOURS, WEEKDAYS, swedish("2026-11-24 12:00"))
    assert planned.send_at == swedish("2026-11-26 18:00")
    assert planned.answer_until is None


def test_B7_rule_2_a_reminder_due_in_quiet_hours_waits_for_their_end() -> None:
    late = Hours(quiet=(QuietInterval(weekday=None, start=time(17), end=time(8)),), zone=ZONE)
    assert sends("2026-11-27 12:00", "2026-11-24 12:00", "leaving_day", late) == {
        "evening_before": swedish("2026-11-27 08:00")
    }


def test_H10_quiet_hours_21_to_08_with_a_visit_at_0830_sends_before_the_night() -> None:
    """Due at 18 the evening before but asleep from 17: the morning would be too late, so it leaves before 17."""
    early = Hours(quiet=(QuietInterval(weekday=None, start=time(17), end=time(8)),), zone=ZONE)
    assert sends("2026-11-27 08:30", "2026-11-24 12:00", "leaving_day", early) == {
        "evening_before": swedish("2026-11-26 16:45")
    }


def test_B7_rule_2_with_no_moment_left_it_stands_on_the_page_only() -> None:
    (planned,) = plan(occasion("2026-11-25 08:30"), HOURS, None, swedish("2026-11-24 23:00"))
    assert planned.send_at is None
    assert planned.answer_until == swedish("2026-11-25 06:30")


def test_a_question_whose_moment_has_passed_is_asked_at_once_a_plain_reminder_is_left_out() -> None:
    assert sends("2026-11-25 15:00", "2026-11-24 12:00") == {"48_hours": swedish("2026-11-24 12:00")}
    assert sends("2026-11-24 18:00", "2026-11-24 12:00", "dialysis_session") == {}
    assert sends("2026-11-24 13:00", "2026-11-24 12:00") == {}, "less than two hours before it is too late to act on"


def test_B7_a_week_before_is_of_use_until_the_next_reminder_takes_over() -> None:
    week, last = plan(occasion("2026-12-10 10:00"), HOURS, WEEKDAYS, swedish("2026-11-20 12:00"))
    assert week.useful_until == last.due_at
    assert week.answer_until == last.answer_until == swedish("2026-12-10 08:00")


def test_K18_the_last_word_leaves_the_unit_four_working_hours_and_the_first_message_moves_with_it() -> None:
    monday = swedish("2026-11-30 08:00")
    assert last_word(monday, WEEKDAYS) == swedish("2026-11-27 13:00"), "Friday 13.00 to 16.30 and Monday 07.30 to 08.00"
    assert last_word(swedish("2026-11-26 08:00"), WEEKDAYS) == swedish("2026-11-25 08:00")
    (planned,) = plan(occasion("2026-11-30 10:00"), NO_QUIET, WEEKDAYS, swedish("2026-11-20 12:00"))
    moved = swedish("2026-11-29 08:00") - swedish("2026-11-27 13:00")
    assert planned.due_at == swedish("2026-11-28 10:00") - moved


def test_the_state_machine_knows_every_state_and_leads_nowhere_unknown() -> None:
    assert set(MOVES) == set(State)
    assert {to for targets in MOVES.values() for to in targets} <= set(State)
    assert not may_become(State.PLANNED, State.DELIVERED)
    assert all(may_become(a, b) for a in ANSWERS.values() for b in ANSWERS.values()), "K19: an answer can be changed"


@given(
    starts=st.datetimes(datetime(2026, 1, 2), datetime(2031, 12, 30)),  # noqa: DTZ001
    ahead=st.integers(1, 40 * 24),
    quiet=st.tuples(st.times(), st.times()),
)
def test_P29_whatever_the_hours_nothing_leaves_in_quiet_hours_before_it_is_known_or_too_late(
    starts: datetime, ahead: int, quiet: tuple[time, time]
) -> None:
    hours = Hours(quiet=(QuietInterval(weekday=None, start=quiet[0], end=quiet[1]),), zone=ZONE)
    thing = replace(occasion("2026-11-26 10:00"), starts_local=starts.replace(fold=0))
    at = thing.starts_at - timedelta(hours=ahead)
    for planned in plan(thing, hours, WEEKDAYS, at):
        if planned.send_at is not None:
            assert at <= planned.send_at <= planned.useful_until < thing.starts_at
            assert not is_quiet(planned.send_at, hours.quiet, ZONE)
