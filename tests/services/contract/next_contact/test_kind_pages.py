"""Ways to meet, ends and answers told to staff on pages: plain words, no JavaScript, errors beside their fields."""

from __future__ import annotations

import pytest

from services.contract.next_contact.domain import Kind, State
from tests.services.contract.agreed import Agreed
from tests.services.contract.agreement.test_pages import hidden
from tests.services.contract.clinic import words
from tests.services.contract.next_contact.kinds import meets, proposes, row_of, terms

WINDOW = {"earliest": "2026-12-14", "latest": "2027-01-15", "weekdays": ["monday"], "way": "phone"}


def here(agreed: Agreed, rest: str = "") -> str:
    return f"/contract/next-contact/{agreed.contract}{rest}"


def test_B2_the_patient_chooses_the_kind_in_plain_words(agreed: Agreed) -> None:
    html = agreed.browser(agreed.karin).text(here(agreed, "/kinds"))
    for said in ("A set time", "Within some weeks", "I ring when I need it", "After something has happened"):
        assert said in html
    assert "The patient rings when they need it" in agreed.browser(agreed.clinic.anita).text(here(agreed, "/kinds"))
    assert "Inom några veckor" in agreed.browser(agreed.karin).text(here(agreed, "/kinds"), "sv")


def test_B2_a_window_is_suggested_and_agreed_on_pages(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    assert 'name="earliest"' in anita.text(here(agreed, "/kinds/window"))
    assert anita.post(here(agreed, "/kinds/window"), {**WINDOW, "revision": "0"}).status_code == 303
    html = karin.text(here(agreed))
    said = words(html)
    assert "Friday 15 January" in said
    assert "Suits best : Monday" in said.replace("best:", "best :")
    assert karin.post(here(agreed, "/agree"), {"revision": hidden(html, "revision")}).status_code == 303
    assert "No time is booked yet." in karin.text(here(agreed))
    assert "Karin Ek said yes to how you meet next." in words(anita.text(here(agreed)))
    assert row_of(agreed).state == State.AGREED


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("window", {"latest": ""}, "latest"),
        ("window", {"latest": "soon"}, "latest"),
        ("window", {"weekdays": ["noday"]}, "weekdays"),
        ("on_event", {"event": ""}, "event"),
        ("patient_initiated", {"latest": "2026-11-24"}, "latest"),
        ("exact", {"day": "2026-12-01"}, "day"),
    ],
)
def test_B2_what_is_wrong_stands_beside_its_field(
    agreed: Agreed, kind: str, change: dict[str, str], field: str
) -> None:
    answer = agreed.browser(agreed.clinic.anita).post(here(agreed, f"/kinds/{kind}"), {**WINDOW, **change})
    assert answer.status_code in {409, 422}
    assert f'href="#{field}"' in answer.get_data(as_text=True)


def test_PK7_the_patients_home_tells_a_window_as_the_next_step(agreed: Agreed) -> None:
    meets(agreed, Kind.PATIENT_INITIATED)
    html = words(agreed.browser(agreed.karin).text("/contract/home"))
    assert "I ring when I need it" in html
    assert "Safety day: Friday 15 January" in html


def test_an_unknown_kind_is_not_there(agreed: Agreed) -> None:
    assert agreed.browser(agreed.karin).get(here(agreed, "/kinds/some_day")).status_code == 404


def test_P25_a_page_that_is_no_longer_what_stands_says_so(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    proposes(agreed, terms())
    seen = hidden(karin.text(here(agreed)), "revision")
    anita.post(here(agreed, "/kinds/patient_initiated"), {"latest": "2027-02-01"})
    answer = karin.post(here(agreed, "/agree"), {"revision": seen})
    assert answer.status_code == 409
    assert "This changed while you read." in answer.get_data(as_text=True)
    assert karin.post(here(agreed, "/agree")).status_code == 409


def test_B2_the_contact_ends_the_meeting_with_the_next_step_in_the_same_form(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    meets(agreed)
    assert "What comes next?" in anita.text(here(agreed, "/end"))
    answer = anita.post(here(agreed, "/end"), {"act": "fulfil"})
    assert answer.status_code == 409
    assert 'href="#next"' in answer.get_data(as_text=True)
    data = {"act": "fulfil", "next": "exact", "day": "2026-12-16", "clock": "09:00", "way": "video"}
    assert anita.post(here(agreed, "/end"), data).status_code == 303
    assert "Suggested: Wednesday 16 December at 09:00 ." in words(agreed.browser(agreed.karin).text(here(agreed)))


def test_B2_the_patient_cancels_and_says_what_instead(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    meets(agreed)
    assert "Cancel the next contact" in karin.text(here(agreed, "/cancel"))
    assert karin.post(here(agreed, "/cancel"), {"words": "I travel."}).status_code == 409
    data = {"words": "I travel.", "next": "patient_initiated", "latest": "2027-03-01"}
    assert karin.post(here(agreed, "/cancel"), data).status_code == 303
    assert row_of(agreed).kind == Kind.PATIENT_INITIATED
    assert agreed.browser(agreed.clinic.anita).post(here(agreed, "/cancel"), data).status_code == 404


def test_K15_an_answer_told_by_phone_is_shown_with_who_wrote_it_down(agreed: Agreed) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    assert "Nothing waits for an answer." in anita.text(here(agreed, "/told"))
    agreed.suggests()
    html = anita.text(here(agreed, "/told"))
    data = {"answer": "yes", "how": "phone", "told_on": "2026-11-24", "words": "Fine."}
    data |= {name: hidden(html, name) for name in ("revision", "time_shown")}
    assert anita.post(here(agreed, "/told"), {**data, "how": "web"}).status_code == 422
    assert anita.post(here(agreed, "/told"), {**data, "told_on": "2026-11-25"}).status_code == 409
    assert anita.post(here(agreed, "/told"), data).status_code == 303
    said = words(agreed.browser(agreed.karin).text(here(agreed)))
    assert "Anita Berg for Karin Ek said yes to Friday 27 November at 09:00" in said
    assert "By phone, Tuesday 24 November" in said or "By phone, today" in said
    assert agreed.browser(agreed.karin).post(here(agreed, "/told"), data).status_code == 404


@pytest.mark.parametrize("rest", ["/kinds", "/kinds/window", "/end", "/cancel", "/told"])
def test_P31_nobody_else_opens_these_pages(agreed: Agreed, rest: str) -> None:
    meets(agreed)
    for stranger in (agreed.clinic.esther, agreed.clinic.admin, agreed.clinic.lisa):
        assert agreed.browser(stranger).get(here(agreed, rest)).status_code == 404
    assert agreed.app.test_client().get(here(agreed, rest)).status_code == 303
