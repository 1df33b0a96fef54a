"""Who is shown which item of an agreement (K21), on every page it stands on."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from services.contract.agreement import actions
from services.contract.agreement.content.difference.domain import difference
from services.contract.agreement.content.domain import Content, Part, item_mark, mark
from services.contract.agreement.content.seeing.domain import Sight, hides, seen, seen_changes, sight
from services.contract.named_contact import actions as contacts
from services.contract.next_contact.domain import Side
from services.contract.units import store as units
from services.contract.units.actions import change_unit
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import open_desk
from tests.services.contract.clinic import staff

OPEN = {"id": "1", "by": "care", "text": "We ring on Fridays."}
OURS = {"id": "2", "by": "care", "text": "We meet at the ward.", "visible_to": ["psychiatry"]}
MINE = {"id": "3", "by": "patient", "text": "I ring before I drink.", "private": True}
WHOLE = Content(own={"commitments": [OPEN, OURS, MINE]}, plan=({"id": "a", "title": "Group"},))
PATIENT, PSYCHIATRY, KIDNEY = Sight(), Sight(units=frozenset({"psychiatry"})), Sight(units=frozenset({"kidney"}))
HELPER = Sight(delegate=True, plan_hidden=frozenset("a"))


@pytest.mark.parametrize(
    ("looks", "ids", "plan"),
    [(PATIENT, "123", 1), (PSYCHIATRY, "123", 1), (KIDNEY, "13", 1), (HELPER, "12", 0)],
)
def test_K21_each_sees_what_is_theirs_to_see(looks: Sight, ids: str, plan: int) -> None:
    shown = seen(WHOLE, looks)
    assert "".join(item["id"] for item in shown.items(Part.COMMITMENTS)) == ids
    assert len(shown.plan) == plan
    assert hides(WHOLE, looks) == (len(ids) < 3 or plan < 1)


WARD, CLINIC = UUID(int=1), UUID(int=2)
SHOWN_TO = {UUID(int=11): [WARD], UUID(int=12): [], UUID(int=13): [CLINIC]}


@pytest.mark.parametrize(
    ("own", "helps", "units", "hidden"),
    [
        (True, False, [], []),
        (False, False, [WARD], [13]),
        (False, False, [WARD, CLINIC], []),
        (False, True, [WARD, CLINIC], [12]),
        (False, True, [], [11, 12, 13]),
        (False, False, [], [11, 12, 13]),
    ],
    ids=["patient", "one unit", "both units", "staff who help", "delegate", "no unit"],
)
def test_K21_how_somebody_looks_follows_from_who_they_are(
    own: bool, helps: bool, units: list[UUID], hidden: list[int]
) -> None:
    looks = sight(own=own, helps=helps, units=units, plan=SHOWN_TO, private={UUID(int=12)})
    assert looks.plan_hidden == {str(UUID(int=one)) for one in hidden}
    assert looks.delegate == (helps or not (own or units))
    assert looks.units == (None if own or helps else frozenset(map(str, units)))


def test_K21_a_change_of_a_hidden_item_is_no_news_and_one_that_came_into_sight_is_new() -> None:
    changed = Content(own={"commitments": [OPEN, {**OURS, "text": "Another."}, MINE]}, plan=WHOLE.plan)
    assert list(seen_changes(difference(WHOLE, changed), KIDNEY)) == []
    opened = Content(own={"commitments": [OPEN, {**OURS, "visible_to": []}, MINE]}, plan=WHOLE.plan)
    [one] = seen_changes(difference(WHOLE, opened), KIDNEY)
    assert (one.before, one.after) == (None, {**OURS, "visible_to": []})


def write(agreed: Agreed, person: UUID, side: Side, path: str, words: str, **more: str) -> None:
    by = {"by": side.value} if "commitments" in path else {}
    answer = agreed.browser(person).post(
        f"/contract/agreement/{agreed.contract}/items/{path}", {"words": words, "before": mark(""), **by, **more}
    )
    assert answer.status_code == 303


def at_another_unit(agreed: Agreed) -> UUID:
    """A second named contact of the same contract, from another unit."""
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        nurse = staff(ctx, "Siv Sten", clinic.other_unit, "nurse")
        contacts.appoint(
            ctx,
            contract_id=agreed.contract,
            patient_id=agreed.karin,
            person_id=nurse,
            unit_id=clinic.other_unit,
            primary=False,
        )
    return nurse


def pages_of(agreed: Agreed) -> list[str]:
    one = f"/contract/agreement/{agreed.contract}"
    return [one, f"{one}/paper", f"{one}/versions/1", f"/contract/record/{agreed.contract}.txt"]


def test_K21_what_is_private_or_another_units_stands_on_no_page_of_the_wrong_reader(agreed: Agreed) -> None:
    siv, eva = at_another_unit(agreed), agreed.helper("see_contract")
    write(agreed, agreed.karin, Side.PATIENT, "commitments/new", "CANARY-PRIVATE", private="1")
    write(agreed, agreed.clinic.anita, Side.CARE, "commitments/new", "CANARY-UNIT", own_unit="1")
    agreed.written().both_confirm()
    for path in pages_of(agreed):
        shown = {who: agreed.browser(who).text(path) for who in (agreed.karin, agreed.clinic.anita, siv, eva)}
        assert all("CANARY-PRIVATE" in shown[who] for who in (agreed.karin, agreed.clinic.anita, siv))
        assert all("CANARY-UNIT" in shown[who] for who in (agreed.karin, agreed.clinic.anita, eva))
        assert "CANARY-PRIVATE" not in shown[eva]
        assert "CANARY-UNIT" not in shown[siv]
    assert "Your yes covers those." in agreed.browser(siv).text(pages_of(agreed)[0])


def test_K21_what_a_psychiatric_unit_writes_stays_there_unless_it_says_otherwise(agreed: Agreed) -> None:
    address = f"/contract/agreement/{agreed.contract}/items/commitments/new"
    anita = agreed.browser(agreed.clinic.anita)
    assert "checked" not in anita.text(address)
    with agreed.clinic.service.act() as ctx:
        unit = units.get(ctx.session, agreed.clinic.unit)
        assert unit is not None
        change_unit(ctx, replace(units.facts(unit), neutral=True))
    assert "checked" in anita.text(address)


def test_what_else_was_said_of_an_item_stays_when_only_its_words_change(agreed: Agreed) -> None:
    write(agreed, agreed.karin, Side.PATIENT, "goals/new", "Walk.", by_day="2027-05-01")
    goal = agreed.now().content.items(Part.GOALS)[0]
    with agreed.acting(agreed.karin) as ctx:
        item = {"id": goal["id"], "text": "Walk far."}
        actions.write_item(ctx, agreed.contract, Side.PATIENT, Part.GOALS, item, before=item_mark(goal))
    assert agreed.now().content.items(Part.GOALS) == [{**goal, "text": "Walk far."}]
    assert "By Saturday 1 May 2027." in agreed.browser(agreed.karin).text(f"/contract/agreement/{agreed.contract}")


def test_K21_a_page_from_before_does_not_open_to_others_what_has_been_made_private(agreed: Agreed) -> None:
    write(agreed, agreed.karin, Side.PATIENT, "goals/new", "Walk.")
    goal = agreed.now().content.items(Part.GOALS)[0]
    karin, address = agreed.browser(agreed.karin), f"/contract/agreement/{agreed.contract}/items/goals/{goal['id']}"
    old, fresh = {"before": item_mark(goal)}, {**goal, "private": True}
    assert karin.post(address, {"words": "Walk.", "private": "1", **old}).status_code == 303
    assert karin.post(address, {"words": "Walk far.", **old}).status_code == 409
    assert karin.post(address, {"words": "", **old}).status_code == 409
    assert agreed.now().content.items(Part.GOALS) == [fresh]
    assert karin.post(address, {"words": "Walk far.", "private": "1", "before": item_mark(fresh)}).status_code == 303


def test_K21_what_a_patient_keeps_private_stays_so_when_the_care_writes_in_it_by_json(agreed: Agreed) -> None:
    write(agreed, agreed.karin, Side.PATIENT, "goals/new", "Walk.", private="1")
    (goal,) = agreed.now().content.items(Part.GOALS)
    said = {"text": "Walk far.", "by": None, "often": "", "until": None, "by_day": None}
    path = f"/contracts/{agreed.contract}/agreement/items/goals/{goal['id']}"
    anita = open_desk(agreed.clinic.service, agreed.clinic.anita)
    assert anita.change("PUT", path, {**said, "private": False, "visible_to": []}).status_code == 200
    (goal,) = agreed.now().content.items(Part.GOALS)
    assert (goal["text"], goal["private"]) == ("Walk far.", True)
