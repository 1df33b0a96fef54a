"""What a version says: the hash covers every word of it, and its change is told in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from services.contract.agreement.content.difference.domain import Difference, difference
from services.contract.agreement.content.domain import (
    Content,
    Part,
    changed_parts,
    fingerprint,
    from_json,
    mark,
    may_write,
    to_json,
    with_item,
    without_item,
)
from services.contract.next_contact.domain import Side

MINE = {"id": "1", "by": "patient", "text": "I walk to the shop every day."}
OURS = {"id": "2", "by": "care", "text": "We ring every Friday."}
TEST = {"id": "a", "title": "Blood test", "party": "region_unit", "responsible": "Lab"}


def content(**other: Any) -> Content:
    own = {
        "what_matters": "My garden.",
        "commitments": [MINE, OURS],
        "goals": [{"id": "3", "text": "Plant tulips."}],
        "circumstances": "I live on the third floor.",
        "options": "At home or at the clinic.",
        "watch_for": "Swollen legs: I ring.",
        "engagement": "together",
        **other.pop("own", {}),
    }
    step = {"kind": "window", "earliest": "2026-12-01", "latest": "2026-12-20", "event": ""}
    return Content(**{"own": own, "next_step": step, "plan": (TEST,), "named_contact": "anita", **other})


OTHERS = {
    Part.WHAT_MATTERS: content(own={"what_matters": "My garden!"}),
    Part.CIRCUMSTANCES: content(own={"circumstances": "I have moved."}),
    Part.OPTIONS: content(own={"options": "At the clinic."}),
    Part.PLAN_NOT_NEEDED: content(own={"plan_not_needed": "One visit a year."}),
    Part.CONTACT_NOT_NEEDED: content(own={"contact_not_needed": "One visit a year."}),
    Part.COMMITMENTS: content(own={"commitments": [MINE, {**OURS, "text": "We ring every Monday."}]}),
    Part.GOALS: content(own={"goals": []}),
    Part.WATCH_FOR: content(own={"watch_for": ""}),
    Part.ENGAGEMENT: content(own={"engagement": "you_decide"}),
    Part.NEXT_STEP: content(next_step={"kind": "exact", "earliest": None, "latest": None, "event": ""}),
    Part.PLAN: content(plan=({**TEST, "responsible": "Ward"},)),
    Part.NAMED_CONTACT: content(named_contact="lisa"),
}


@pytest.mark.parametrize("part", list(Part))
def test_design_5_the_hash_covers_each_part(part: Part) -> None:
    assert fingerprint(OTHERS[part]) != fingerprint(content())
    assert changed_parts(content(), OTHERS[part]) == [part]


def test_the_hash_is_the_same_for_the_same_words_however_they_were_kept() -> None:
    kept = from_json(to_json(content()))
    assert fingerprint(kept) == fingerprint(content())
    turned = {key: kept.own[key] for key in reversed(list(kept.own))}
    assert fingerprint(from_json({**to_json(kept), "own": turned})) == fingerprint(content())


def test_nothing_written_and_an_empty_text_are_the_same() -> None:
    assert fingerprint(Content(own={"goals": [], "watch_for": ""})) == fingerprint(Content())


def test_a_difference_says_new_changed_and_gone() -> None:
    after = content(own={"commitments": [{**MINE, "text": "I walk to the shop twice a week."}, {**OURS, "id": "9"}]})
    found = difference(content(own={"goals": []}), after)
    assert Difference(Part.COMMITMENTS, MINE, {**MINE, "text": "I walk to the shop twice a week."}) in found
    assert Difference(Part.GOALS, None, {"id": "3", "text": "Plant tulips."}) in found
    gone = difference(content(), content(own={"commitments": [OURS]}))
    assert gone == [Difference(Part.COMMITMENTS, MINE, None)]


def test_a_commitment_written_anew_by_the_same_side_is_told_as_a_change_and_another_as_new_and_gone() -> None:
    anew = {"id": "7", "by": "care", "text": "We ring every Monday."}
    assert difference(content(), content(own={"commitments": [MINE, anew]})) == [
        Difference(Part.COMMITMENTS, OURS, anew)
    ]
    other = {"id": "7", "by": "care", "text": "A dietitian meets you at home."}
    found = difference(content(), content(own={"commitments": [MINE, other]}))
    assert found == [Difference(Part.COMMITMENTS, None, other), Difference(Part.COMMITMENTS, OURS, None)]


def test_the_patients_words_never_turn_into_the_cares() -> None:
    theirs = {"id": "7", "by": "care", "text": MINE["text"]}
    found = difference(content(own={"commitments": [MINE]}), content(own={"commitments": [theirs]}))
    assert {one.before is None for one in found} == {True, False}


@pytest.mark.parametrize(
    ("part", "by", "writers"),
    [
        (Part.WHAT_MATTERS, None, {Side.PATIENT}),
        (Part.ENGAGEMENT, None, {Side.PATIENT}),
        (Part.CIRCUMSTANCES, None, {Side.PATIENT}),
        (Part.OPTIONS, None, set(Side)),
        (Part.PLAN_NOT_NEEDED, None, {Side.CARE}),
        (Part.CONTACT_NOT_NEEDED, None, {Side.CARE}),
        (Part.WATCH_FOR, None, set(Side)),
        (Part.GOALS, None, set(Side)),
        (Part.COMMITMENTS, "patient", {Side.PATIENT}),
        (Part.COMMITMENTS, "family", {Side.PATIENT}),
        (Part.COMMITMENTS, "care", {Side.CARE}),
    ],
)
def test_K22_each_side_writes_its_own_words_and_never_the_others(
    part: Part, by: str | None, writers: set[Side]
) -> None:
    assert {side for side in Side if may_write(part, side, by)} == writers


def test_an_item_keeps_its_place_when_it_changes() -> None:
    own = content().own
    changed = with_item(own, Part.COMMITMENTS, {**MINE, "text": "I rest."})
    assert [item["id"] for item in changed["commitments"]] == ["1", "2"]
    assert [item["id"] for item in with_item(own, Part.COMMITMENTS, {"id": "8"})["commitments"]] == ["1", "2", "8"]
    assert without_item(own, Part.COMMITMENTS, "1")["commitments"] == [OURS]
    assert own["commitments"] == [MINE, OURS]


def test_a_mark_tells_two_texts_apart() -> None:
    assert mark("a") != mark("a ")
    assert mark("a") == mark("a")
