"""The plan on a page: everybody's part with whoever is responsible, added to by both, moved on by the care."""

from __future__ import annotations

from services.contract.agreement import actions as agreements
from services.contract.agreement.content.domain import Part, mark
from services.contract.delegates import actions as delegates
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.plan import store
from services.contract.plan.writing import actions as writing
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import words


def address(agreed: Agreed) -> str:
    return f"/contract/plan/{agreed.contract}"


def test_PK8_the_timeline_says_what_when_and_who_is_responsible(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    assert "Nothing is planned yet." in karin.text(address(agreed))
    mine = {"title": "Walk to the shop", "party": "patient"}
    ours = {"title": "Blood test", "party": "region_unit", "responsible": "Lab", "on_date": "2026-12-01"}
    assert karin.post(address(agreed), mine).status_code == 303
    assert anita.post(address(agreed), ours).status_code == 303
    html = words(karin.text(address(agreed)))
    assert html.index("Blood test") < html.index("Walk to the shop"), "what has a day comes first"
    assert "Tuesday 1 December" in html
    assert "Responsible: Lab." in html
    assert "Responsible: Me." in html
    assert "Responsible: The patient." in words(anita.text(address(agreed)))


def test_the_care_says_how_far_it_has_come_and_why_something_stops(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    anita.post(address(agreed), {"title": "Blood test", "party": "region_unit"})
    with agreed.clinic.service.act() as ctx:
        [row] = store.activities(ctx.session, agreed.karin)
    one = f"{address(agreed)}/{row.id}"
    assert anita.post(one, {"state": "stopped"}).status_code == 409
    assert anita.post(one, {"state": "sideways"}).status_code == 422
    assert anita.post(one, {"state": "done"}).status_code == 303
    assert anita.post(one, {"state": "agreed"}).status_code == 409
    assert agreed.browser(agreed.karin).post(one, {"state": "done"}).status_code == 404
    assert "What is over" in anita.text(address(agreed))


def test_an_activity_of_another_patient_is_not_there(agreed: Agreed) -> None:
    esther = agreed.browser(agreed.clinic.esther)
    esther.post(f"/contract/plan/{agreed.clinic.contract}", {"title": "Rest", "party": "patient"})
    with agreed.clinic.service.act() as ctx:
        [row] = store.activities(ctx.session, agreed.clinic.esther)
    answer = agreed.browser(agreed.clinic.anita).post(f"{address(agreed)}/{row.id}", {"state": "done"})
    assert answer.status_code == 404


def test_an_empty_title_is_said_beside_its_field_and_the_rest_is_kept(agreed: Agreed) -> None:
    answer = agreed.browser(agreed.karin).post(address(agreed), {"title": " ", "party": "family", "responsible": "Eva"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#title"' in html
    assert 'value="Eva"' in html


def test_K21_a_goal_is_named_beside_what_serves_it_to_those_only_who_are_shown_the_goal(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        goal = {"text": "To live by myself.", "private": True}
        served = agreements.write_item(ctx, agreed.contract, Side.PATIENT, Part.GOALS, goal, before=mark(""))
        writing.add(ctx, agreed.karin, title="Look at flats", party="patient", kind="other", goal_id=served)
        helper = people.save_person(ctx, kind="delegate", name="Nils Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=helper, scopes=["see_plan"])
        delegates.accept(ctx, grant)
    for path in (address(agreed), f"{address(agreed)}/paper"):
        assert "To live by myself." in agreed.browser(agreed.karin).text(path)
        shown = agreed.browser(helper).text(path)
        assert "Look at flats" in shown
        assert "To live by myself." not in shown


def test_A4_it_says_whose_plan_it_is_and_its_long_form_waits_until_it_is_wanted(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        helper = people.save_person(ctx, kind="delegate", name="Nils Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=helper, scopes=["see_plan"])
        delegates.accept(ctx, grant)
    karin, nils = agreed.browser(agreed.karin), agreed.browser(helper)
    assert "Karin" in words(nils.text(address(agreed))).partition("Everything that is planned")[0]
    form = f'action="{address(agreed)}"'
    assert "<details" in karin.text(address(agreed)).partition(form)[0]
    refused = karin.post(address(agreed), {"title": " "}).get_data(as_text=True).partition(form)[0]
    assert "<details" not in refused, "what went wrong is not folded away"
