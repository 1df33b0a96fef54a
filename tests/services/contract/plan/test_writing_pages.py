"""The plan's forms: change, take on, name who leads, times that don't suit, sharing, print."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from uuid import UUID

import pytest

from services.contract.delegates import actions as delegates
from services.contract.delegates.consents import actions as consents
from services.contract.next_contact import actions as times
from services.contract.next_contact.domain import Side, Way
from services.contract.people import actions as people
from services.contract.plan import store
from services.contract.plan.conflicts import store as conflicts
from services.contract.plan.domain import Party
from services.contract.plan.tables import PlanActivity
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed
from tests.services.contract.agreement.test_pages import hidden
from tests.services.contract.clinic import Browser, words
from tests.services.contract.plan.test_writing import DAY, adds
from tests.support.services import sign_in

VISIT = {"title": "Visit", "party": "region_unit"}


def here(agreed: Agreed, rest: str = "") -> str:
    return f"/contract/plan/{agreed.contract}{rest}"


def only(agreed: Agreed) -> PlanActivity:
    with agreed.clinic.service.act() as ctx:
        (row,) = store.activities(ctx.session, agreed.karin)
        return row


def test_PK8_the_timeline_says_who_is_responsible_and_how_to_reach_them(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    data = {**VISIT, "responsible": "Eva", "reach": "036-10 10 10", "kind": "test", "on_date": "2026-12-01"}
    data |= {"clock": "09:30", "minutes": "20", "place": "Ryhov"}
    assert anita.post(here(agreed), data).status_code == 303
    said = words(agreed.browser(agreed.karin).text(here(agreed)))
    for part in (
        "Tuesday 1 December at 09:30 , 20 min",
        "Test , Ryhov",
        "Reach them: 036-10 10 10",
        "Responsible: Eva.",
    ):
        assert part.replace(" ,", ",") in said.replace(" ,", ",")
    assert "Should have been done" not in said
    assert "They have not said yes to this yet." in said
    one = only(agreed)
    assert anita.post(here(agreed, f"/{one.id}/accept"), {"revision": "0"}).status_code == 303
    assert "They have not said yes" not in anita.text(here(agreed))
    assert "Visit" in agreed.browser(agreed.karin).text(here(agreed, "/paper"))


def test_B3_overdue_is_shown(agreed: Agreed) -> None:
    adds(agreed, on_date=date(2026, 11, 20))
    assert "Should have been done" in agreed.browser(agreed.karin).text(here(agreed))


def test_P25_a_change_that_met_another_shows_both_and_loses_nothing(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    adds(agreed, agreed.karin)
    address = here(agreed, f"/{only(agreed).id}/edit")
    seen = hidden(karin.text(address), "revision")
    assert anita.post(address, {**VISIT, "title": "Ours", "revision": seen}).status_code == 303
    answer = karin.post(address, {**VISIT, "title": "Mine", "revision": seen})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Ours" in html
    assert 'value="Mine"' in html
    assert karin.post(address, {**VISIT, "title": "Mine", "revision": hidden(html, "revision")}).status_code == 303
    assert only(agreed).title == "Mine"
    assert "Ours" in words(anita.text(address)), "what was replaced stays in the history"


def test_P31_the_patient_changes_what_is_theirs_and_never_what_the_care_has_written(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    address = here(agreed, f"/{adds(agreed)}/edit")
    assert karin.get(address).status_code == 404
    assert karin.post(address, {**VISIT, "revision": "0"}).status_code == 404
    assert address not in karin.text(here(agreed))
    assert karin.get(here(agreed, f"/{adds(agreed, party=Party.FAMILY)}/edit")).status_code == 200
    assert agreed.browser(agreed.clinic.anita).get(address).status_code == 200


def test_K21_another_unit_reads_only_that_the_patient_is_not_available_then(agreed: Agreed) -> None:
    adds(agreed, title="Therapy", on_date=DAY, clock=time(9), only_ours=True)
    adds(agreed, title="Blood test", on_date=DAY, clock=time(9))
    with agreed.clinic.service.act() as ctx:
        for row in store.activities(ctx.session, agreed.karin):
            row.visible_to = [str(agreed.clinic.other_unit)] if row.title == "Therapy" else []
    html = words(agreed.browser(agreed.clinic.anita).text(here(agreed)))
    assert "Blood test" in html
    assert "not available then" in html
    assert "Therapy" not in html
    assert "Therapy" in agreed.browser(agreed.karin).text(here(agreed))


def test_B3_rule_7_the_contact_names_who_leads_and_both_read_it(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    assert anita.post(here(agreed, "/lead"), {"principal": "patient", "name": "x", "revision": "0"}).status_code == 409
    lead = {"principal": "municipality", "name": "Home care", "lead_reach": "036-1", "revision": "0"}
    assert anita.post(here(agreed, "/lead"), lead).status_code == 303
    assert anita.post(here(agreed, "/lead"), lead).status_code == 409
    assert "Overall responsibility: Home care." in words(agreed.browser(agreed.karin).text(here(agreed)))
    assert agreed.browser(agreed.karin).post(here(agreed, "/lead"), lead).status_code == 404


def test_B3_rule_2_the_patient_says_when_they_can_not_come(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    assert karin.post(here(agreed, "/not-then"), {"weekday": "9"}).status_code == 422
    data = {"weekday": "2", "opens": "08:00", "closes": "12:00", "words": "My sister comes."}
    assert karin.post(here(agreed, "/not-then"), data).status_code == 303
    html = karin.text(here(agreed))
    assert "Every Tuesday 08:00–12:00. My sister comes." in words(html)
    action = html.split('action="' + here(agreed, "/not-then/"))[1].split('"')[0]
    assert karin.post(here(agreed, f"/not-then/{action}")).status_code == 303
    assert "No times are written here." in karin.text(here(agreed))


def test_B10_the_care_shares_only_with_a_consent_for_that_party(agreed: Agreed) -> None:
    anita, karin = agreed.browser(agreed.clinic.anita), agreed.browser(agreed.karin)
    adds(agreed)
    data = {"activity_id": str(only(agreed).id), "party": "municipality", "recipient": "Home care"}
    assert "Nothing is shared." in anita.text(here(agreed, "/sharing"))
    assert anita.post(here(agreed, "/sharing"), data).status_code == 409
    with agreed.acting(agreed.karin) as ctx:
        consents.give(ctx, patient_id=agreed.karin, kind="share_plan", about="Home care")
    assert anita.post(here(agreed, "/sharing"), data).status_code == 303
    html = karin.text(here(agreed, "/sharing"))
    assert "Home care" in html
    stop = html.split('action="' + here(agreed, "/sharing/"))[1].split('"')[0]
    assert karin.post(here(agreed, f"/sharing/{stop}")).status_code == 303
    assert "Nothing is shared." in karin.text(here(agreed, "/sharing"))


@pytest.mark.parametrize("rest", ["/sharing", "/paper", "/{activity}/edit"])
def test_P31_nobody_else_opens_these_pages(agreed: Agreed, rest: str) -> None:
    adds(agreed, party=Party.PATIENT)
    address = here(agreed, rest.format(activity=only(agreed).id))
    strangers: list[UUID] = [agreed.clinic.esther, agreed.clinic.admin, agreed.clinic.lisa]
    for stranger in strangers:
        assert agreed.browser(stranger).get(address).status_code == 404
    assert agreed.browser(agreed.karin).get(address).status_code == 200


def test_P3_a_form_that_is_sent_twice_adds_one_thing_and_other_words_add_another(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    mark = {"form_mark": hidden(anita.text(here(agreed)), "form_mark")}
    assert anita.post(here(agreed), {**mark, "title": "", "party": "region_unit"}).status_code == 422
    first, second = (anita.post(here(agreed), {**mark, **VISIT}) for _ in range(2))
    assert (second.status_code, second.location) == (first.status_code, first.location) == (303, here(agreed))
    assert second.headers.getlist("Set-Cookie") == first.headers.getlist("Set-Cookie")
    only(agreed)
    anita.post(here(agreed), {**mark, **VISIT, "title": "Another"})
    anita.post(here(agreed), {"form_mark": hidden(anita.text(here(agreed)), "form_mark"), **VISIT})
    with agreed.clinic.service.act() as ctx:
        assert [row.title for row in store.activities(ctx.session, agreed.karin)].count("Visit") == 2


def test_P3_of_ten_clicks_at_once_one_adds(agreed: Agreed) -> None:
    mark = {"form_mark": hidden(agreed.browser(agreed.clinic.anita).text(here(agreed)), "form_mark")}

    def click(_number: int) -> int:
        return (
            Browser(agreed.clinic.service, agreed.app.test_client(), agreed.clinic.anita)
            .post(here(agreed), {**mark, **VISIT})
            .status_code
        )

    with ThreadPoolExecutor(10) as pool:
        assert {303} <= set(pool.map(click, range(10))) <= {303, 409}
    only(agreed)


def test_B2_a_contact_as_long_as_it_takes_meets_what_lies_in_it(agreed: Agreed) -> None:
    adds(agreed, on_date=IN_TWO_DAYS.date(), clock=time(9, 45), minutes=10)
    agreed.suggests()
    agreed.accepts()
    with agreed.clinic.service.act() as ctx:
        assert conflicts.standing(ctx.session, agreed.karin) == []
    with agreed.acting(agreed.clinic.anita) as ctx:
        times.suggest(ctx, agreed.contract, Side.CARE, local=IN_TWO_DAYS, way=Way.VISIT, minutes=60)
    agreed.accepts()
    with agreed.clinic.service.act() as ctx:
        assert [one.rule for one in conflicts.standing(ctx.session, agreed.karin)] == ["overlap"]
    assert "about 60 minutes" in words(agreed.browser(agreed.karin).text(f"/contract/next-contact/{agreed.contract}"))


def silent(browser: Browser, places: list[str]) -> list[str]:
    """Those of the places that say nothing of the peer group."""
    client = sign_in(browser.client, browser.person)
    return [place for place in places if "Peer group" not in client.get(place).get_data(as_text=True)]


def test_K21_H20_B8_rule_5_what_the_patient_keeps_private_leaves_no_trace_before_helpers(agreed: Agreed) -> None:
    agreed.written()
    adds(agreed, title="Peer group")
    agreed.both_confirm()
    with agreed.acting(agreed.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        scopes = ["see_contract", "see_plan", "confirm_contract"]
        delegates.accept(ctx, delegates.invite(ctx, patient_id=agreed.karin, delegate_id=eva, scopes=scopes))
    one, karin, helper = only(agreed), agreed.browser(agreed.karin), agreed.browser(eva)
    rows = f"/contract/api/v1/contracts/{agreed.contract}/plan"
    places = [here(agreed), here(agreed, "/paper"), rows, f"/contract/agreement/{agreed.contract}"]
    places.append(f"/contract/fhir/CarePlan?patient={agreed.karin}")
    assert silent(helper, places) == []
    assert karin.post(here(agreed, f"/{one.id}/private"), {"private": "yes", "revision": "0"}).status_code == 303
    assert silent(helper, places) == places
    assert sign_in(helper.client, eva).get(f"{rows}/{one.id}").status_code == 404
    assert "Peer group" in agreed.browser(agreed.clinic.anita).text(here(agreed)), "the care needs it"
    assert "Hidden from those who help" in karin.text(here(agreed))
    for other in (helper, agreed.browser(agreed.clinic.anita)):
        assert other.post(here(agreed, f"/{one.id}/private"), {"private": "no", "revision": "1"}).status_code in {
            403,
            404,
        }
    assert karin.post(here(agreed, f"/{one.id}/private"), {"private": "no", "revision": "0"}).status_code == 409
    assert karin.post(here(agreed, f"/{one.id}/private"), {"private": "no", "revision": "1"}).status_code == 303
    assert "Peer group" in helper.text(here(agreed))
