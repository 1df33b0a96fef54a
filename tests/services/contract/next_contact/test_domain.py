"""The next contact's states: nothing open without an end, nothing agreed by one side alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.contract.next_contact.domain import (
    AFTER,
    ANSWERS,
    HELD,
    OPEN,
    Act,
    Impossible,
    Kind,
    Side,
    State,
    after,
    can,
    has_end,
    may_agree,
    may_end,
    needs_a_call,
    window_holds,
)

OVER = set(State) - OPEN


def test_every_state_is_reached_from_a_suggestion() -> None:
    found, waiting = {State.SUGGESTED}, [State.SUGGESTED]
    while waiting:
        state = waiting.pop()
        fresh = {moves[state] for moves in AFTER.values() if state in moves} - found
        found |= fresh
        waiting += fresh
    assert found == set(State)


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", sorted(OVER))
def test_nothing_happens_to_what_is_over(state: State, act: Act) -> None:
    assert not can(state, act)
    with pytest.raises(Impossible):
        after(state, act)


def test_B2_what_is_suggested_becomes_agreed_then_booked_then_confirmed_then_fulfilled() -> None:
    state = State.SUGGESTED
    for act, expected in (
        (Act.COUNTER, State.COUNTER_SUGGESTED),
        (Act.SUGGEST, State.SUGGESTED),
        (Act.AGREE, State.AGREED),
        (Act.BOOK, State.BOOKED),
        (Act.CONFIRM, State.CONFIRMED),
        (Act.FULFIL, State.FULFILLED),
    ):
        state = after(state, act)
        assert state is expected


@pytest.mark.parametrize("state", sorted(HELD))
def test_B2_point_3_both_sides_can_miss_a_held_time_and_each_is_counted(state: State) -> None:
    assert after(state, Act.MISS_BY_PATIENT) is State.MISSED_BY_PATIENT
    assert after(state, Act.MISS_BY_CARE) is State.MISSED_BY_CARE


def test_K19_an_answer_can_be_changed_back_and_forth() -> None:
    state = State.BOOKED
    for answer, expected in (
        ("cannot", State.REBOOKING_ASKED),
        ("yes", State.CONFIRMED),
        ("another_time", State.REBOOKING_ASKED),
        ("cannot", State.REBOOKING_ASKED),
    ):
        state = after(state, ANSWERS[answer])
        assert state is expected


CELLS = """
                 SUG  COU  AGR  BOO  CON  REB
suggest          SUG  SUG  SUG  SUG  SUG  SUG
counter          COU  COU  -    -    -    -
agree            AGR  AGR  -    -    -    AGR
book             -    -    BOO  -    -    -
confirm          -    -    -    CON  CON  CON
ask_another      -    -    -    REB  REB  REB
fulfil           FUL  FUL  FUL  FUL  FUL  FUL
cancel_by_patient CBP CBP  CBP  CBP  CBP  CBP
cancel_by_care   CBC  CBC  CBC  CBC  CBC  CBC
miss_by_patient  MBP  MBP  -    MBP  MBP  MBP
miss_by_care     MBC  MBC  -    MBC  MBC  MBC
"""
SHORT = {
    **{state.value[:3].upper(): state for state in State if state not in OVER},
    "FUL": State.FULFILLED,
    "CBP": State.CANCELLED_BY_PATIENT,
    "CBC": State.CANCELLED_BY_CARE,
    "MBP": State.MISSED_BY_PATIENT,
    "MBC": State.MISSED_BY_CARE,
}


def cells() -> list[tuple[State, Act, State | None]]:
    heads, *lines = [line.split() for line in CELLS.strip().splitlines()]
    return [
        (SHORT[head], Act(line[0]), SHORT.get(cell))
        for line in lines
        for head, cell in zip(heads, line[1:], strict=True)
    ]


@pytest.mark.parametrize(("state", "act", "leads_to"), cells())
def test_B2_every_cell_of_the_state_machine(state: State, act: Act, leads_to: State | None) -> None:
    assert can(state, act) == (leads_to is not None)
    if leads_to is None:
        with pytest.raises(Impossible):
            after(state, act)
    else:
        assert after(state, act) is leads_to


def test_B2_the_table_of_cells_holds_every_state_and_act() -> None:
    assert {(state, act) for state, act, _ in cells()} == {(state, act) for state in OPEN for act in Act}


NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("act", "agreed", "hours", "possible"),
    [
        (Act.FULFIL, True, None, True),
        (Act.FULFIL, False, None, False),
        (Act.MISS_BY_PATIENT, True, -1, True),
        (Act.MISS_BY_PATIENT, True, 0, True),
        (Act.MISS_BY_CARE, True, 1, False),
        (Act.MISS_BY_CARE, True, None, False),
        (Act.CANCEL_BY_CARE, False, None, True),
        (Act.CANCEL_BY_CARE, True, 1, True),
        (Act.CANCEL_BY_CARE, True, 0, False),
        (Act.CANCEL_BY_PATIENT, True, -1, False),
    ],
)
def test_B2_only_what_was_agreed_is_kept_only_what_has_been_missed_and_only_what_has_not_cancelled(
    act: Act, agreed: bool, hours: int | None, possible: bool
) -> None:
    starts = None if hours is None else NOW + timedelta(hours=hours)
    assert may_end(act, agreed=agreed, starts=starts, now=NOW) is possible


def test_nobody_agrees_to_their_own_suggestion() -> None:
    assert may_agree(Side.CARE, Side.PATIENT)
    assert not may_agree(Side.CARE, Side.CARE)
    assert not may_agree(None, Side.PATIENT)


@pytest.mark.parametrize("kind", list(Kind))
def test_B2_no_kind_is_without_an_end(kind: Kind) -> None:
    time, day = datetime(2026, 11, 27, 9, 0), date(2026, 12, 20)  # noqa: DTZ001
    assert not has_end(kind, starts=None, latest=None)
    assert has_end(kind, starts=time, latest=day)
    assert has_end(kind, starts=None, latest=day) == (kind is not Kind.EXACT)


def test_B2_point_1_after_three_rounds_somebody_rings() -> None:
    assert [needs_a_call(rounds) for rounds in range(5)] == [False, False, False, True, True]


def test_a_window_holds_its_first_and_last_day() -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 20)
    inside = [window_holds(date(2026, 12, day), first, last) for day in (1, 20)]
    assert inside == [True, True]
    assert not window_holds(date(2026, 11, 30), first, last)
    assert not window_holds(date(2026, 12, 21), first, last)
    assert window_holds(date(2030, 1, 1), None, None)
