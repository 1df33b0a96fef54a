"""The states of a contract row by row (B1): where each leads, what must be there first, and the four parts it is made of."""

from __future__ import annotations

from services.contract.agreement.content.domain import Content
from services.contract.agreement.domain import (
    MOVES,
    Confirmed,
    Need,
    State,
    after_change,
    after_confirming,
    hinders,
    lacking,
    stage_of,
)
from services.contract.next_contact.domain import Side

EVERYTHING = list(Need)
OF_BOTH = [Need.PATIENT_COMMITMENT, Need.CARE_COMMITMENT]


def test_B1_row_1_a_contract_without_anything_lacks_something_of_each_of_the_four_parts() -> None:
    agreement = {Need.OWN_WORDS, Need.GOAL, Need.OPTIONS, *OF_BOTH}
    agreed_time, plan, contact = {Need.NEXT_STEP}, {Need.PLAN}, {Need.NAMED_CONTACT}
    assert set(lacking(Content(), has_floor=True)) == agreement | agreed_time | plan | contact


def test_B1_state_coassess_leads_on_with_the_patients_own_words() -> None:
    assert MOVES[State.COASSESS] == {State.CODECIDE, State.ENDED}
    assert hinders(EVERYTHING, State.CODECIDE) == [Need.OWN_WORDS]
    assert stage_of([Need.OWN_WORDS]) is State.COASSESS
    assert stage_of([Need.GOAL]) is State.CODECIDE


def test_B1_state_codecide_leads_on_with_a_goal_and_what_was_talked_about_or_back() -> None:
    assert MOVES[State.CODECIDE] == {State.CODESIGN, State.COASSESS, State.ENDED}
    assert hinders(EVERYTHING, State.CODESIGN) == [Need.OWN_WORDS, Need.GOAL, Need.OPTIONS]
    for one in (Need.GOAL, Need.OPTIONS):
        assert stage_of([one]) is State.CODECIDE
    assert after_change(State.CODECIDE, [Need.OWN_WORDS]) is State.COASSESS


def test_B1_state_codesign_leads_on_with_a_promise_of_each_and_the_next_step() -> None:
    assert MOVES[State.CODESIGN] == {State.PROPOSED, State.CODECIDE, State.COASSESS, State.ENDED}
    for one in (*OF_BOTH, Need.NEXT_STEP):
        assert hinders([one], State.PROPOSED) == [one]
        assert stage_of([one]) is State.CODESIGN
    family = Content(own={"commitments": [{"id": "1", "by": "family", "text": "I drive."}]})
    assert {*OF_BOTH} <= set(lacking(family, has_floor=True)), "the family's promise stands for nobody else's"


def test_B1_state_proposed_becomes_active_by_two_yeses_to_one_text_and_codesign_by_a_change() -> None:
    assert MOVES[State.PROPOSED] == {State.ACTIVE, State.CODESIGN, State.ENDED}
    both = [Confirmed(side, "one") for side in Side]
    assert after_confirming(both[:1], "one") is State.PROPOSED
    assert after_confirming(both, "one") is State.ACTIVE
    assert after_change(State.PROPOSED, []) is State.CODESIGN


def test_B1_state_active_is_reviewed_or_ended() -> None:
    assert MOVES[State.ACTIVE] == {State.UNDER_REVIEW, State.ENDED}


def test_B1_state_under_review_ends_in_the_same_text_or_in_a_new_one() -> None:
    assert MOVES[State.UNDER_REVIEW] == {State.ACTIVE, State.CODESIGN, State.ENDED}
