"""A planned change of contact on the pages, at the JSON door and as FHIR: who plans it, and who is told what (B4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from services.contract.named_contact import store
from shared.i18n import LANGUAGES
from shared.text import LIX_AIM, judge
from tests.services.contract.agreed import Agreed
from tests.services.contract.agreement.test_words import sentences
from tests.services.contract.api.desk import Desk
from tests.services.contract.clinic import staff, words
from tests.services.contract.named_contact.test_planning import DAY, MIDNIGHT, MONDAY, SECOND, appoint, has_it
from tests.services.contract.named_contact.test_reading_after import FHIR, fetched
from tests.support.services import NOON, set_clock

AHEAD = "From Monday 7 December, Lisa Ek takes over from Anita Berg."
FORM = {"day": "2026-12-07", "handover_note": "CANARY note.", "reason": "Anita <slutar>."}
COVER = "/contracts/{0}/cover"


def here(agreed: Agreed, act: str = "") -> str:
    return f"/contract/named-contact/change/{agreed.contract}{act}"


def plan(agreed: Agreed, person: UUID | None = None, **more: str) -> None:
    form = {**FORM, "person_id": str(agreed.clinic.lisa), **more}
    answer = agreed.browser(person or agreed.clinic.anita).post(here(agreed), form)
    assert answer.status_code == 303, answer.text


def readers(agreed: Agreed) -> tuple[tuple[UUID, str], ...]:
    agreement = f"/contract/agreement/{agreed.contract}"
    return (
        (agreed.karin, "/contract/home"),
        (agreed.karin, agreement),
        (agreed.helper("see_contract"), agreement),
        (agreed.clinic.anita, f"/contract/patient/{agreed.contract}"),
    )


def test_B4_point_5_everybody_concerned_is_told_beforehand_who_from_when_and_why(agreed: Agreed) -> None:
    shown = readers(agreed)
    for person, path in shown:
        assert "takes over" not in words(agreed.browser(person).text(path))
    plan(agreed)
    for person, path in shown:
        html = agreed.browser(person).text(path)
        assert f"{AHEAD} Anita &lt;slutar&gt;." in words(html), path
        assert "CANARY" not in html
        assert "is your contact from" not in html
    set_clock(agreed.clinic.service, MIDNIGHT - SECOND)
    assert AHEAD in words(agreed.browser(agreed.karin).text("/contract/home"))
    set_clock(agreed.clinic.service, MIDNIGHT)
    html = words(agreed.browser(agreed.karin).text("/contract/home"))
    assert "takes over" not in html
    assert "Lisa Ek is your contact from Monday 7 December. Anita &lt;slutar&gt;." in html
    lisa = words(agreed.browser(agreed.clinic.lisa).text(f"/contract/patient/{agreed.contract}"))
    assert "CANARY note." in lisa


def test_B4_point_5_the_next_contact_sees_whom_they_take_over_and_reads_nothing_yet(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        maj = staff(ctx, "Maj Sol", agreed.clinic.unit, "nurse")
    plan(agreed, person_id=str(maj))
    browser = agreed.browser(maj)
    assert "Karin Ek, from Monday 7 December. Contact until then: Anita Berg." in words(
        browser.text("/contract/named-contact")
    )
    assert "Karin Ek" not in agreed.browser(agreed.clinic.lisa).text("/contract/named-contact")
    page = f"/contract/patient/{agreed.contract}"
    assert browser.get(page).status_code == 404
    set_clock(agreed.clinic.service, MIDNIGHT)
    assert browser.get(page).status_code == 200
    assert "You take over" not in browser.text("/contract/named-contact")


def test_B4_point_5_another_day_and_no_change_after_all_are_told_too(agreed: Agreed) -> None:
    shown = readers(agreed)
    plan(agreed)
    anita = agreed.browser(agreed.clinic.anita)
    assert anita.post(here(agreed, "/move"), {"day": "2026-12-09", "why": "A <course>."}).status_code == 303
    for person, path in shown:
        html = words(agreed.browser(person).text(path))
        assert "From Wednesday 9 December, Lisa Ek takes over from Anita Berg." in html, path
        assert "The day has changed. Before, it was Monday 7 December. A &lt;course&gt;." in html
    assert anita.post(here(agreed, "/call-off"), {"why_not": "Anita <stays>."}).status_code == 303
    for person, path in shown:
        html = words(agreed.browser(person).text(path))
        assert "Lisa Ek does not take over on Wednesday 9 December. Anita &lt;stays&gt;." in html, path
        assert ("Anita Berg is still your contact." in html) is (person == agreed.karin)
    assert anita.post(here(agreed, "/call-off")).status_code == 422
    assert has_it(agreed, MIDNIGHT + 30 * DAY) == agreed.clinic.anita


@pytest.mark.parametrize("language", LANGUAGES)
def test_B4_point_5_the_page_shows_what_is_planned_in_both_languages_or_asks(agreed: Agreed, language: str) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    asks = anita.text(here(agreed), language)
    assert 'value="2026-11-24"' in asks
    assert ("Vem tar över?" in asks) is (language == "sv")
    plan(agreed)
    shows = anita.text(here(agreed), language)
    assert 'name="person_id"' not in shows
    assert ("Till dess svarar Anita Berg." in shows) is (language == "sv")
    if language == "sv":
        assert judge(sentences(agreed.browser(agreed.karin).text("/contract/home", "sv")), "sv").score <= LIX_AIM


def test_B4_point_5_what_is_missing_is_said_at_its_field_and_nothing_written_is_lost(agreed: Agreed) -> None:
    anita, form = agreed.browser(agreed.clinic.anita), {**FORM, "person_id": str(agreed.clinic.lisa)}
    for field, value in (("day", "2026-11-23"), ("reason", ""), ("handover_note", ""), ("person_id", "x")):
        answer = anita.post(here(agreed), {**form, field: value})
        assert (answer.status_code, f"{field}-error" in answer.text) == (422, True), field
        assert field == "handover_note" or "CANARY note." in answer.text
    assert has_it(agreed, MIDNIGHT) == agreed.clinic.anita


def test_B4_point_5_an_admin_plans_for_a_colleague_and_today_is_now(agreed: Agreed) -> None:
    admin = agreed.browser(agreed.clinic.admin)
    assert here(agreed) in admin.text(f"/contract/named-contact/uncovered/{agreed.contract}")
    plan(agreed, agreed.clinic.admin, day="2026-11-24")
    assert has_it(agreed, NOON) == agreed.clinic.lisa


def test_B4_point_5_only_the_contact_and_the_units_admin_say_who_is_next(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        beside, elsewhere = (staff(ctx, name, agreed.clinic.unit, "nurse") for name in ("Maj Sol", "Siv Ek"))
    appoint(agreed, beside, primary=False)
    assert agreed.browser(beside).get(f"/contract/patient/{agreed.contract}").status_code == 200
    for person in (beside, elsewhere, agreed.clinic.other_admin, agreed.clinic.lisa, agreed.karin):
        browser = agreed.browser(person)
        assert browser.get(here(agreed)).status_code == 404
        for act in ("", "/move", "/call-off"):
            assert browser.post(here(agreed, act), {**FORM, "person_id": str(beside)}).status_code == 404
    assert has_it(agreed, MIDNIGHT) == agreed.clinic.anita


def test_B4_point_5_of_a_hundred_forms_at_once_from_one_page_one_is_heard(agreed: Agreed) -> None:
    html = agreed.browser(agreed.clinic.anita).text(here(agreed))
    seen = html.split('name="seen" value="', 1)[1].split('"', 1)[0]
    with agreed.clinic.service.act() as ctx:
        others = [staff(ctx, f"Nurse {letter}", agreed.clinic.unit, "nurse") for letter in "ABCD"]

    def post(number: int) -> int:
        who = agreed.clinic.anita if number % 2 else agreed.clinic.admin
        form = {**FORM, "seen": seen, "person_id": str(others[number % 4]), "day": str(MONDAY + number % 5 * DAY)}
        return agreed.browser(who).post(here(agreed), form).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(post, range(100)))
    assert (codes.count(303), codes.count(422)) == (1, 99)
    with agreed.clinic.service.act() as ctx:
        now, coming = store.standing(ctx.session, agreed.contract, ctx.now)
        assert now.ends == coming.starts


def test_B4_point_5_a_page_from_before_says_so(agreed: Agreed) -> None:
    plan(agreed)
    html = agreed.browser(agreed.clinic.anita).text(here(agreed))
    seen = html.split('name="seen" value="', 1)[1].split('"', 1)[0]
    admin = agreed.browser(agreed.clinic.admin)
    assert admin.post(here(agreed, "/move"), {"seen": seen, "day": "2026-12-08"}).status_code == 303
    answer = agreed.browser(agreed.clinic.anita).post(here(agreed, "/call-off"), {"seen": seen})
    assert answer.status_code == 422
    assert "Somebody has changed this meanwhile." in answer.text
    assert has_it(agreed, MIDNIGHT + DAY) == agreed.clinic.lisa


def test_B4_point_5_the_same_at_the_json_door(agreed: Agreed) -> None:
    cover = COVER.format(agreed.contract)
    anita = Desk(agreed.clinic.service, agreed.app, agreed.clinic.anita)
    assert anita.read(cover)[0]["ahead"] is None
    body: dict[str, Any] = {
        "person_id": str(agreed.clinic.lisa),
        "day": "2026-12-07",
        "handover_note": "Note.",
        "reason": "Anita leaves us.",
        "asked_for": True,
        "wish_unmet": "",
    }
    answer = anita.change("POST", f"{cover}/change", {**body, "day": "2026-11-01"}, read=cover)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/day"), answer.text
    assert anita.change("POST", f"{cover}/change", body, read=cover).status_code == 200
    shown = anita.of(agreed.karin).read(cover)[0]
    assert [(one["name"], one["ends"] is None) for one in shown["appointments"]] == [
        ("Anita Berg", False),
        ("Lisa Ek", True),
    ]
    assert (shown["ahead"]["name"], shown["ahead"]["before"]) == ("Lisa Ek", "Anita Berg")
    assert shown["ahead"]["starts"] == shown["appointments"][0]["ends"] == shown["appointments"][1]["starts"]
    moved = anita.change("POST", f"{cover}/change/move", {"day": "2026-12-08", "why": ""}, read=cover)
    assert (moved.status_code, moved.json["ahead"]["was"]) == (200, shown["ahead"]["starts"])
    off = anita.change("POST", f"{cover}/change/calling-off", {"why": ""}, read=cover)
    assert (off.status_code, off.json["ahead"]["called_off"], len(off.json["appointments"])) == (200, True, 1)


def test_B4_point_5_the_team_told_to_others_has_both_with_their_days(agreed: Agreed) -> None:
    plan(agreed)
    team = fetched(agreed.browser(agreed.karin), FHIR.format(agreed.contract)).get_json(force=True)
    held = [one for one in team["participant"] if one["role"][0]["coding"][0]["code"] == "named-contact"]
    assert [one["member"]["display"] for one in held] == ["Anita Berg", "Lisa Ek"]
    assert held[0]["period"]["end"] == held[1]["period"]["start"]
    assert "end" not in held[1]["period"]
