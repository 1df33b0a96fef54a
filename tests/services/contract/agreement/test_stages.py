"""The four stages on a page: what each side has given in each, what is missing, and the way on and back."""

from __future__ import annotations

import pytest

from services.contract.agreement.domain import ENTRY, State
from services.contract.agreement.stages.domain import (
    LEADS_TO,
    Stage,
    Standing,
    asks,
    may_go_back,
    stage_in,
    standing,
)
from services.contract.delegates import actions as delegates
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from tests.services.contract.agreed import WHAT_MATTERS, Agreed
from tests.services.contract.agreement.test_review import answers
from tests.services.contract.agreement.test_seeing import at_another_unit, write
from tests.services.contract.clinic import words

QUESTIONS = "What could you do on your own? What would suit you?"


def test_B1_the_stages_ask_for_all_that_the_guards_do_and_each_thing_once() -> None:
    asked = [need for stage in Stage for need in asks(stage)]
    assert len(asked) == len(set(asked))
    for stage in Stage:
        so_far = {need for one in list(Stage)[: list(Stage).index(stage) + 1] for need in asks(one)}
        assert so_far == set(ENTRY[LEADS_TO[stage]])


@pytest.mark.parametrize(
    ("state", "here"),
    [
        (State.COASSESS, Stage.COASSESS),
        (State.CODECIDE, Stage.CODECIDE),
        (State.CODESIGN, Stage.CODESIGN),
        (State.PROPOSED, Stage.CODELIVER),
        (State.ACTIVE, Stage.CODELIVER),
        (State.UNDER_REVIEW, Stage.CODELIVER),
    ],
)
def test_A3_each_state_stands_in_one_stage(state: State, here: Stage) -> None:
    assert stage_in(state) is here
    order = list(Stage)
    for stage in Stage:
        past = order.index(stage) < order.index(here)
        assert standing(stage, state) is (Standing.HERE if stage is here else Standing.DONE if past else Standing.AHEAD)


def test_B1_one_goes_back_only_where_the_state_machine_does() -> None:
    back = {state: [stage for stage in Stage if may_go_back(state, stage)] for state in State}
    assert back[State.CODESIGN] == [Stage.COASSESS, Stage.CODECIDE]
    assert back[State.PROPOSED] == back[State.UNDER_REVIEW] == [Stage.CODESIGN]
    assert back[State.ACTIVE] == back[State.ENDED] == back[State.COASSESS] == []


def here(agreed: Agreed) -> str:
    return f"/contract/stages/{agreed.contract}"


def parts(html: str) -> dict[str, str]:
    """The page stage by stage."""
    cut = {stage.value: html.split(f'id="{stage}"', 1)[1] for stage in Stage}
    return {name: text.split("</section>", 1)[0] for name, text in cut.items()}


def test_A3_both_columns_and_what_is_missing_stand_in_each_stage(agreed: Agreed) -> None:
    agreed.writes()
    karin, anita = (parts(agreed.browser(one).text(here(agreed))) for one in (agreed.karin, agreed.clinic.anita))
    for shown in (karin, anita):
        assert all("sk-columns" in text for text in shown.values())
        assert WHAT_MATTERS in shown["coassess"]
        assert "Anita Berg" in shown["coassess"]
        assert "You write a goal together." in shown["codecide"]
        assert f'href="/contract/agreement/{agreed.contract}/items/goals/new"' in shown["codecide"]
    assert "What I and my family give" in karin["codesign"]
    assert "What the patient and the family give" in anita["codesign"]
    assert f'href="/contract/agreement/{agreed.contract}#what_matters"' in karin["coassess"]
    assert "#what_matters" not in anita["coassess"], "the care never writes the patient's words"


def test_A4_the_two_questions_stand_literally_where_they_plan_together(agreed: Agreed) -> None:
    assert QUESTIONS in parts(agreed.browser(agreed.clinic.anita).text(here(agreed)))["codesign"]
    swedish = agreed.browser(agreed.karin).text(here(agreed), "sv")
    assert "Vad kan du göra själv? Vad passar dig?" in swedish
    assert "Planera tillsammans" in swedish


def test_B1_the_way_leads_on_from_the_first_word_to_the_yes_and_to_looking_again(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    own = f"/contract/agreement/{agreed.contract}"
    assert f'class="nhsuk-button" href="{own}/text/what_matters"' in karin.text(here(agreed))
    assert "Others write what is missing." in words(anita.text(here(agreed)))
    agreed.written()
    assert all(f'class="nhsuk-button" href="{own}#yes"' in one.text(here(agreed)) for one in (karin, anita))
    agreed.confirms(Side.PATIENT)
    assert "It waits for a yes from the other side." in karin.text(here(agreed))
    assert "Go back to: Plan together" in words(anita.text(here(agreed)))
    agreed.confirms(Side.CARE)
    assert f'href="/contract/review/{agreed.contract}"' in anita.text(here(agreed))
    assert "Go back to" not in anita.text(here(agreed))


def test_B1_under_review_both_may_make_a_new_version(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    answers(agreed, Side.PATIENT, trust="no")
    anita = agreed.browser(agreed.clinic.anita)
    assert f'action="/contract/agreement/{agreed.contract}/new-version"' in anita.text(here(agreed))
    assert anita.post(f"/contract/agreement/{agreed.contract}/new-version").status_code == 303
    assert "stands until you both say yes to the new text" in anita.text(here(agreed))


def test_B8_a_delegate_reads_it_with_the_scope_alone_and_is_led_nowhere(agreed: Agreed) -> None:
    agreed.writes()
    with agreed.acting(agreed.karin) as ctx:
        eva, olle = (people.save_person(ctx, kind="delegate", name=name, identity=None) for name in ("Eva", "Olle"))
        for one, scope in ((eva, "see_contract"), (olle, "see_times")):
            delegates.accept(ctx, delegates.invite(ctx, patient_id=agreed.karin, delegate_id=one, scopes=[scope]))
    html = agreed.browser(eva).text(here(agreed))
    assert WHAT_MATTERS in html
    assert "/items/" not in html
    assert "nhsuk-button" not in html.split("<main", 1)[1].split("</main", 1)[0]
    assert agreed.browser(olle).get(here(agreed)).status_code == 404


def test_K21_nobody_reads_in_a_stage_what_they_are_not_shown(agreed: Agreed) -> None:
    siv, eva = agreed.browser(at_another_unit(agreed)), agreed.browser(agreed.helper("see_contract"))
    write(agreed, agreed.karin, Side.PATIENT, "commitments/new", "CANARY-PRIVATE", private="1")
    write(agreed, agreed.clinic.anita, Side.CARE, "commitments/new", "CANARY-UNIT", own_unit="1")
    shown = agreed.browser(agreed.clinic.anita).text(here(agreed))
    assert all(canary in shown for canary in ("CANARY-PRIVATE", "CANARY-UNIT"))
    assert "CANARY-UNIT" not in siv.text(here(agreed))
    assert "CANARY-PRIVATE" not in eva.text(here(agreed))
