"""The next contact on pages: suggested by one, accepted by the other, said in days and clock times."""

from __future__ import annotations

import pytest

from services.contract.delegates import actions as delegates
from services.contract.next_contact import store
from services.contract.people import actions as people
from tests.services.contract.agreed import Agreed
from tests.services.contract.agreement.test_pages import hidden
from tests.services.contract.clinic import words

FRIDAY = {"day": "2026-11-27", "clock": "09:00", "way": "visit"}


def address(agreed: Agreed) -> str:
    return f"/contract/next-contact/{agreed.contract}"


def text(html: str) -> str:
    return words(html).replace(" .", ".")


def test_B2_the_contact_suggests_and_the_patient_accepts(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    assert "No time is set yet." in karin.text(address(agreed))
    assert anita.post(f"{address(agreed)}/suggest", FRIDAY).status_code == 303
    html = karin.text(address(agreed))
    assert "Suggested: Friday 27 November at 09:00." in text(html)
    assert karin.post(f"{address(agreed)}/accept", {"seen": hidden(html, "seen")}).status_code == 303
    for browser in (karin, anita):
        assert "Karin Ek said yes to Friday 27 November at 09:00." in text(browser.text(address(agreed)))


def test_a_time_that_moved_while_the_page_was_open_is_not_accepted(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    agreed.suggests()
    seen = hidden(karin.text(address(agreed)), "seen")
    agreed.browser(agreed.clinic.anita).post(f"{address(agreed)}/suggest", {**FRIDAY, "clock": "10:30"})
    answer = karin.post(f"{address(agreed)}/accept", {"seen": seen})
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert "This changed while you read." in html
    assert "Friday 27 November at 10:30" in text(html)
    assert karin.post(f"{address(agreed)}/accept", {"seen": "nonsense"}).status_code == 409


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": ""}, "Fill in an answer here."),
        ({"day": "30 February"}, "Write a date"),
        ({"day": "0001-01-01", "clock": "00:00"}, "Write a date"),
        ({"clock": "25:00"}, "Write a time"),
        ({"clock": "09:00+01:00"}, "Write a time"),
        ({"way": "balloon"}, "Choose one from the list."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(agreed: Agreed, change: dict[str, str], said: str) -> None:
    answer = agreed.browser(agreed.clinic.anita).post(f"{address(agreed)}/suggest", {**FRIDAY, **change})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_a_time_that_has_been_is_refused_beside_its_field_and_nothing_is_kept(agreed: Agreed) -> None:
    answer = agreed.browser(agreed.clinic.anita).post(f"{address(agreed)}/suggest", {**FRIDAY, "day": "2026-11-23"})
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert 'href="#day"' in html
    assert 'value="2026-11-23"' in html
    with agreed.clinic.service.act() as ctx:
        assert store.current(ctx.session, agreed.contract) is None


def test_the_patient_asks_for_another_time_and_the_contact_reads_why(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    agreed.suggests()
    agreed.accepts()
    assert karin.post(f"{address(agreed)}/another", {"words": "After lunch, please."}).status_code == 303
    assert "This time does not suit." in karin.text(address(agreed))
    html = anita.text(address(agreed))
    assert "The patient has asked for another time." in html
    assert "After lunch, please." in html


def test_the_contact_notes_how_it_went_and_a_cancellation_needs_words(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    agreed.suggests()
    agreed.accepts()
    answer = anita.post(f"{address(agreed)}/end", {"act": "cancel_by_care", "words": ""})
    assert answer.status_code == 409
    assert 'href="#words"' in answer.get_data(as_text=True)
    assert anita.post(f"{address(agreed)}/end", {"act": "suggest"}).status_code == 422
    assert anita.post(f"{address(agreed)}/end", {"act": "fulfil"}).status_code == 409, "what comes next must be said"
    none = {"act": "fulfil", "next": "none", "why_none": "Karin is well."}
    assert anita.post(f"{address(agreed)}/end", none).status_code == 303
    html = agreed.browser(agreed.karin).text(address(agreed))
    assert "No more contact is planned." in html
    assert "Karin is well." in html


def test_the_patients_own_address_leads_to_their_own(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    assert karin.get("/contract/next-contact").location == address(agreed)
    assert karin.get("/contract/plan").location == f"/contract/plan/{agreed.contract}"
    assert karin.get("/contract/agreement").location == f"/contract/agreement/{agreed.contract}"


def test_B8_a_delegate_sees_the_time_with_the_scope_and_changes_nothing(agreed: Agreed) -> None:
    agreed.suggests()
    with agreed.acting(agreed.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=eva, scopes=("see_times", "see_plan"))
    with agreed.acting(eva) as ctx:
        delegates.accept(ctx, grant)
    browser = agreed.browser(eva)
    html = browser.text(address(agreed))
    assert "Friday 27 November at 09:00" in html
    assert "Yes, that time is good" not in html
    assert browser.post(f"{address(agreed)}/accept", {"seen": "2026-11-27T09:00:00"}).status_code == 404
    assert browser.get(f"/contract/plan/{agreed.contract}").status_code == 200
    assert browser.post(f"/contract/plan/{agreed.contract}", {"title": "x", "party": "patient"}).status_code == 404
