"""The plan's rules: one activity out of many records, moved on and never back, seen by those it is for."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

import pytest

from services.contract.plan.domain import (
    LIVELIEST,
    MOVES,
    PARTIES,
    STATES,
    ImportedActivity,
    Party,
    Source,
    State,
    identity,
    is_visible,
    may_move,
    merged,
    state_of,
)

A, B = UUID(int=1), UUID(int=2)


def activity(code: str = "1", title: str = "Blood test", system: str = "snomed") -> ImportedActivity:
    return ImportedActivity(
        code=code, system=system, title=title, responsible="", status="scheduled", source_keys=("k",)
    )


def test_the_same_code_of_the_same_system_is_the_same_thing() -> None:
    assert identity(activity(title="Blood test")) == identity(activity(title="Test of blood"))
    assert identity(activity("1")) != identity(activity("2"))
    assert identity(activity(system="a")) != identity(activity(system="b"))


def test_uncoded_activities_are_the_same_by_title_however_it_is_written() -> None:
    assert identity(activity("", "Walk  daily")) == identity(activity("", " walk Daily "))
    assert identity(activity("", "Walk")) != identity(activity("", "Swim"))


def test_records_merge_to_the_same_whatever_order_they_came_in() -> None:
    said = {
        "b": Source("Blood test", "Lab", Party.REGION_UNIT, State.DONE),
        "a": Source("Blood sample", "", Party.REGION_UNIT, State.IN_PROGRESS),
        "c": Source("Test", "Home care", Party.MUNICIPALITY, State.STOPPED),
    }
    found = {merged(dict(order)) for order in permutations(said.items())}
    assert found == {Source("Blood sample", "Lab", Party.REGION_UNIT, State.IN_PROGRESS)}


def test_every_state_has_moves_a_rank_and_a_word() -> None:
    assert set(MOVES) == set(LIVELIEST) == set(STATES) == set(State)
    assert set(PARTIES) == set(Party)


def test_what_is_done_is_not_begun_again() -> None:
    assert may_move(State.AGREED, State.IN_PROGRESS)
    assert not any(may_move(State.DONE, to) for to in State)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("not-started", State.AGREED),
        ("scheduled", State.PLANNED),
        ("completed", State.DONE),
        ("in_progress", State.IN_PROGRESS),
        ("entered-in-error", State.AGREED),
        ("", State.AGREED),
    ],
)
def test_a_records_status_is_read_and_an_unknown_one_stays_visible(status: str, state: State) -> None:
    assert state_of(status) is state


def test_K21_an_activity_for_one_unit_is_not_for_another() -> None:
    assert is_visible([A], [A, B])
    assert not is_visible([A], [B])
    assert not is_visible([A], [])
    assert is_visible([], [])
