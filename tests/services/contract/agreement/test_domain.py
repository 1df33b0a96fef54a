"""How a contract comes about: its states, what each needs, and when two confirmations make it active."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.contract.agreement.content.domain import Content
from services.contract.agreement.domain import (
    MOVES,
    STAGES,
    TO_ACTIVATE,
    Confirmed,
    Need,
    State,
    after_change,
    after_confirming,
    hinders,
    lacking,
    may_move,
    review_on,
    stage_of,
    standing,
)
from services.contract.next_contact.domain import Side

WHOLE = Content(
    own={
        "what_matters": "My garden.",
        "goals": [{"id": "3", "text": "Plant tulips."}],
        "options": "At home or at the clinic.",
        "commitments": [{"id": "1", "by": "patient", "text": "a"}, {"id": "2", "by": "care", "text": "b"}],
    },
    next_step={"kind": "exact"},
    plan=({"id": "a"},),
    named_contact="anita",
)


def reachable(state: State) -> set[State]:
    found, waiting = {state}, [state]
    while waiting:
        fresh = MOVES[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def test_every_state_leads_somewhere_and_all_lead_to_an_end() -> None:
    assert set(MOVES) == set(State)
    assert all(State.ENDED in reachable(state) for state in State)
    assert reachable(State.DRAFT) == set(State)
    assert MOVES[State.ENDED] == frozenset()


@pytest.mark.parametrize("state", [state for state in State if state is not State.ENDED])
def test_a_change_leads_only_where_the_moves_allow(state: State) -> None:
    for needs in ([], [Need.OWN_WORDS], [Need.CARE_COMMITMENT]):
        assert after_change(state, needs) in reachable(state)


def test_B1_state_ended_an_ended_contract_stays_ended() -> None:
    assert after_change(State.ENDED, []) is State.ENDED


def test_active_is_only_reached_from_a_proposal_or_a_review() -> None:
    assert {state for state in State if may_move(state, State.ACTIVE)} == {State.PROPOSED, State.UNDER_REVIEW}


def test_B1_the_stages_follow_what_is_written() -> None:
    assert stage_of(list(Need)) is State.COASSESS
    assert stage_of([Need.GOAL]) is State.CODECIDE
    assert stage_of([Need.OPTIONS]) is State.CODECIDE
    assert stage_of([Need.PATIENT_COMMITMENT, Need.CARE_COMMITMENT, Need.NEXT_STEP]) is State.CODESIGN
    assert {stage_of([need]) for need in Need} <= set(STAGES)


@pytest.mark.parametrize("need", list(Need))
def test_each_lack_is_found_by_itself(need: Need) -> None:
    lacks: dict[Need, dict[str, Any]] = {
        Need.OWN_WORDS: {"own": {**WHOLE.own, "what_matters": ""}},
        Need.GOAL: {"own": {**WHOLE.own, "goals": []}},
        Need.OPTIONS: {"own": {**WHOLE.own, "options": ""}},
        Need.PATIENT_COMMITMENT: {"own": {**WHOLE.own, "commitments": [WHOLE.own["commitments"][1]]}},
        Need.CARE_COMMITMENT: {"own": {**WHOLE.own, "commitments": [WHOLE.own["commitments"][0]]}},
        Need.NEXT_STEP: {"next_step": None},
        Need.NAMED_CONTACT: {"named_contact": None},
        Need.FLOOR_NUMBER: {},
        Need.PLAN: {"plan": ()},
    }
    content = replace(WHOLE, **lacks[need])
    assert lacking(content, has_floor=need is not Need.FLOOR_NUMBER) == [need]


@pytest.mark.parametrize(
    ("need", "lacks", "excuse"),
    [
        (Need.PLAN, {"plan": ()}, "plan_not_needed"),
        (Need.NAMED_CONTACT, {"named_contact": None}, "contact_not_needed"),
    ],
)
def test_B1_point_6_B1_row_7_parts_3_and_4_may_be_not_needed_with_a_reason(
    need: Need, lacks: dict[str, Any], excuse: str
) -> None:
    without = replace(WHOLE, **lacks)
    assert lacking(without, has_floor=True) == [need]
    assert lacking(replace(without, own={**WHOLE.own, excuse: "One visit a year."}), has_floor=True) == []


def test_K1_without_a_floor_number_nothing_becomes_active_and_an_empty_plan_stops_nothing() -> None:
    assert hinders([Need.FLOOR_NUMBER], State.ACTIVE) == [Need.FLOOR_NUMBER]
    assert hinders([Need.PLAN], State.ACTIVE) == []
    assert set(hinders(list(Need), State.ACTIVE)) == TO_ACTIVATE
    assert lacking(WHOLE, has_floor=True) == []


def test_H2_both_must_have_said_yes_to_the_same_content() -> None:
    patient, care = Confirmed(Side.PATIENT, "one"), Confirmed(Side.CARE, "one")
    assert after_confirming([patient, care], "one") is State.ACTIVE
    assert after_confirming([patient, Confirmed(Side.CARE, "two")], "one") is State.PROPOSED
    assert after_confirming([patient, patient], "one") is State.PROPOSED
    assert after_confirming([patient, care], "two") is State.PROPOSED
    assert standing([patient, care], "two") == frozenset()


def test_B1_point_8_a_review_comes_half_a_year_on() -> None:
    assert review_on(date(2026, 11, 24)) == date(2027, 5, 25)
