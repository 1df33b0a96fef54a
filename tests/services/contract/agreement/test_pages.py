"""The agreement on pages: each sees and writes what is theirs, and nobody else sees a word of it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from services.contract.agreement import store
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.domain import State
from services.contract.delegates import actions as delegates
from services.contract.named_contact import actions as contacts
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.plan import store as plan_store
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as writing
from tests.services.contract.agreed import IN_TWO_DAYS, WHAT_MATTERS, Agreed
from tests.services.contract.clinic import Browser, Clinic, words
from tests.support.services import told

CONTENTS = (WHAT_MATTERS, "I weigh myself", "We ring you every Friday")
STALE = "The text changed while you read"


def page_of(agreed: Agreed) -> str:
    return f"/contract/agreement/{agreed.contract}"


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no {name} in the form"
    return found[1]


def say_yes(agreed: Agreed, browser: Browser) -> str:
    html = browser.text(page_of(agreed))
    form = {"shown": hidden(html, "shown"), "time_shown": hidden(html, "time_shown")}
    assert browser.post(f"{page_of(agreed)}/confirm", form).status_code == 303
    return browser.text(page_of(agreed))


def test_E1_the_patient_reads_writes_and_says_yes_on_their_own_page(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    for part, side, browser, text in (
        ("text/what_matters", None, karin, WHAT_MATTERS),
        ("items/goals/new", None, karin, "Walk to the shop."),
        ("text/options", None, anita, "Home or clinic: we chose home."),
        ("items/commitments/new", "patient", karin, "I weigh myself every morning."),
        ("items/commitments/new", None, anita, "We ring you every Friday."),
    ):
        form = browser.text(f"{page_of(agreed)}/{part}")
        sent = {"words": text, "before": hidden(form, "before"), **({"by": side} if side else {})}
        assert browser.post(f"{page_of(agreed)}/{part}", sent).status_code == 303
    assert "Before you can say yes" in karin.text(page_of(agreed))
    agreed.suggests()

    html = words(karin.text(page_of(agreed)))
    assert all(text in html for text in CONTENTS)
    assert "Friday 27 November at 09:00" in html
    assert "You have said yes." in words(say_yes(agreed, karin))
    assert "Agreed by both" in say_yes(agreed, anita)
    assert agreed.now().contract.state == State.ACTIVE


def test_what_is_left_stands_first_and_leads_to_where_this_reader_does_it(agreed: Agreed) -> None:
    for person, own, others in (
        (agreed.karin, ("text/what_matters", "items/commitments/new"), ()),
        (agreed.clinic.anita, ("items/commitments/new",), ("text/what_matters",)),
    ):
        html = agreed.browser(person).text(page_of(agreed))
        left = html.split("Before you can say yes", 1)[1].split("sk-sheet", 1)[0]
        assert all(f'href="{page_of(agreed)}/{part}"' in left for part in own)
        assert not any(f'href="{page_of(agreed)}/{part}"' in left for part in others)
        assert f'href="/contract/next-contact/{agreed.contract}"' in left


def test_nothing_written_where_nothing_stood_is_asked_for_again_and_not_called_saved(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    for part in ("text/what_matters", "text/watch_for", "items/goals/new"):
        answer = karin.post(f"{page_of(agreed)}/{part}", {"words": "  ", "before": mark("")})
        assert answer.status_code == 422
        assert "Fill in an answer here." in answer.text


def test_H1_after_a_change_the_page_says_who_changed_what_and_whose_yes_no_longer_counts(agreed: Agreed) -> None:
    agreed.written().confirms(Side.PATIENT)
    agreed.promises(Side.CARE, "We send you a taxi.")
    for person in (agreed.karin, agreed.clinic.anita):
        html = words(agreed.browser(person).text(page_of(agreed)))
        assert "Anita Berg changed: What each of us does." in html
        assert "So the yes from Karin Ek no longer counts." in html


def test_P_a_yes_to_an_old_text_shows_the_new_one_and_counts_for_nothing(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    agreed.written()
    html = karin.text(page_of(agreed))
    agreed.promises(Side.CARE, "We send you a taxi.")
    form = {"shown": hidden(html, "shown"), "time_shown": hidden(html, "time_shown")}
    answer = karin.post(f"{page_of(agreed)}/confirm", form)
    assert answer.status_code == 409
    assert STALE in answer.get_data(as_text=True)
    assert "We send you a taxi." in answer.get_data(as_text=True)
    assert agreed.now().yes == {}


def test_what_was_written_on_an_old_page_is_not_lost_nor_written_over_the_new(agreed: Agreed) -> None:
    agreed.writes("My dog.")
    karin = agreed.browser(agreed.karin)
    address = f"{page_of(agreed)}/text/what_matters"
    before = hidden(karin.text(address), "before")
    agreed.writes("My cat.")
    answer = karin.post(address, {"words": "My horse.", "before": before})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "It says now: My cat." in words(html)
    assert "My horse." in html
    again = karin.post(address, {"words": "My horse.", "before": hidden(html, "before")})
    assert again.status_code == 303
    assert agreed.now().content.text(Part.WHAT_MATTERS) == "My horse."


def test_what_was_written_of_a_goal_that_is_gone_meanwhile_is_not_lost(agreed: Agreed) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    goals = f"{page_of(agreed)}/items/goals"
    karin.post(f"{goals}/new", {"words": "Walk to the shop.", "before": mark("")})
    (goal,) = agreed.now().content.items(Part.GOALS)
    before = hidden(karin.text(f"{goals}/{goal['id']}"), "before")
    anita.post(f"{goals}/{goal['id']}", {"words": "", "before": before})
    answer = karin.post(f"{goals}/{goal['id']}", {"words": "Walk to the shop with Bo.", "before": before})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Walk to the shop with Bo." in html
    assert STALE in html
    again = {"words": "Walk to the shop with Bo.", "before": hidden(html, "before")}
    assert karin.post(f"{goals}/{goal['id']}", again).status_code == 303
    assert [item["text"] for item in agreed.now().content.items(Part.GOALS)] == ["Walk to the shop with Bo."]


def test_nobody_chooses_the_id_of_what_they_write(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    form = {"words": "Walk.", "before": mark("")}
    assert karin.post(f"{page_of(agreed)}/items/goals/..%20x", form).status_code == 303
    (goal,) = agreed.now().content.items(Part.GOALS)
    assert UUID(goal["id"])


def test_lines_come_back_as_they_were_written(agreed: Agreed) -> None:
    karin, address = agreed.browser(agreed.karin), f"{page_of(agreed)}/text/watch_for"
    karin.post(address, {"words": "Swollen legs.\r\n\r\nI ring.", "before": mark("")})
    assert agreed.now().content.text(Part.WATCH_FOR) == "Swollen legs.\n\nI ring."
    html = karin.text(address)
    assert karin.post(address, {"words": "Less.", "before": hidden(html, "before")}).status_code == 303


def test_emptying_a_commitment_takes_it_away(agreed: Agreed) -> None:
    item = agreed.promises(Side.PATIENT, "I weigh myself every morning.")
    karin, address = agreed.browser(agreed.karin), f"{page_of(agreed)}/items/commitments/{item}"
    before = hidden(karin.text(address), "before")
    assert karin.post(address, {"words": "", "before": before, "by": "patient"}).status_code == 303
    assert agreed.now().content.promised_by("patient") == []
    assert karin.post(f"{page_of(agreed)}/items/commitments/new", {"words": " "}).status_code == 422


@pytest.mark.parametrize(
    "path", ["text/what_matters", "text/engagement", "text/next_step", "text/nonsense", "items/plan/new"]
)
def test_K22_the_care_never_writes_the_patients_words(agreed: Agreed, path: str) -> None:
    anita = agreed.browser(agreed.clinic.anita)
    assert anita.get(f"{page_of(agreed)}/{path}").status_code == 404
    assert anita.post(f"{page_of(agreed)}/{path}", {"words": "together", "before": mark("")}).status_code == 404


def test_K22_neither_side_writes_the_others_commitments(agreed: Agreed) -> None:
    mine, ours = agreed.promises(Side.PATIENT, "I walk."), agreed.promises(Side.CARE, "We ring.")
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    for browser, item, text in ((anita, mine, "I walk."), (karin, ours, "We ring.")):
        address = f"{page_of(agreed)}/items/commitments/{item}"
        assert browser.get(address).status_code == 404
        form = {"words": "You run.", "before": mark(text), "by": "care" if browser is karin else "patient"}
        assert browser.post(address, form).status_code == 404
    anita.post(f"{page_of(agreed)}/items/commitments/new", {"words": "She runs.", "before": mark(""), "by": "patient"})
    assert [item["text"] for item in agreed.now().content.promised_by("patient")] == ["I walk."]


def strangers(agreed: Agreed) -> dict[str, Browser]:
    clinic = agreed.clinic
    return {
        "another patient": agreed.browser(clinic.esther),
        "the unit's admin": agreed.browser(clinic.admin),
        "another unit's admin": agreed.browser(clinic.other_admin),
        "a nurse who does not answer": agreed.browser(clinic.lisa),
    }


PAGES = (
    "/contract/agreement/{0}",
    "/contract/agreement/{0}/paper",
    "/contract/agreement/{0}/versions/1",
    "/contract/agreement/{0}/text/watch_for",
    "/contract/agreement/{0}/items/goals/new",
    "/contract/next-contact/{0}",
    "/contract/plan/{0}",
    "/contract/stages/{0}",
)
FORMS = (
    "/contract/agreement/{0}/confirm",
    "/contract/agreement/{0}/ask",
    "/contract/agreement/{0}/told",
    "/contract/agreement/{0}/new-version",
    "/contract/agreement/{0}/text/watch_for",
    "/contract/agreement/{0}/items/goals/new",
    "/contract/next-contact/{0}/suggest",
    "/contract/next-contact/{0}/accept",
    "/contract/next-contact/{0}/another",
    "/contract/next-contact/{0}/end",
    "/contract/plan/{0}",
    "/contract/plan/{0}/{0}",
)


@pytest.mark.parametrize("page", PAGES)
def test_P31_nobody_else_opens_a_page_of_the_agreement(agreed: Agreed, page: str) -> None:
    agreed.written().both_confirm()
    address = page.format(agreed.contract)
    for who, browser in strangers(agreed).items():
        answer = browser.get(address)
        assert answer.status_code == 404, who
        assert not any(text in answer.get_data(as_text=True) for text in (*CONTENTS, "Karin")), who
    assert agreed.app.test_client().get(address).status_code == 303
    assert agreed.browser(agreed.karin).get(address).status_code == 200
    assert agreed.browser(agreed.clinic.anita).get(address).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_P31_nobody_else_sends_a_form_of_the_agreement(agreed: Agreed, form: str) -> None:
    agreed.written()
    before = agreed.now().shown
    for who, browser in strangers(agreed).items():
        data = {
            "words": "x",
            "before": mark(""),
            "shown": before,
            "time_shown": IN_TWO_DAYS.isoformat(),
            "kind": "change",
        }
        assert browser.post(form.format(agreed.contract), data).status_code == 404, who
    assert agreed.app.test_client().post(form.format(agreed.contract)).status_code == 303
    reading = agreed.now()
    assert (reading.shown, reading.yes, reading.questions) == (before, {}, [])


def test_a_deputy_reads_and_writes_while_the_contact_is_away_and_never_says_yes(agreed: Agreed) -> None:
    lisa = agreed.browser(agreed.clinic.lisa)
    agreed.written()
    assert lisa.get(page_of(agreed)).status_code == 404
    with agreed.clinic.service.act() as ctx:
        contacts.set_absence(
            ctx, person_id=agreed.clinic.anita, starts=ctx.now, ends=None, deputy_id=agreed.clinic.lisa, note=""
        )
    html = lisa.text(page_of(agreed))
    assert WHAT_MATTERS in html
    assert "I agree" not in html
    assert lisa.post(f"{page_of(agreed)}/confirm", {"shown": agreed.now().shown}).status_code == 404
    assert lisa.post(f"{page_of(agreed)}/items/goals/new", {"words": "Walk.", "before": mark("")}).status_code == 303


def daughter(agreed: Agreed, *scopes: str) -> Browser:
    with agreed.acting(agreed.karin) as ctx:
        who = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=who, scopes=scopes)
    with agreed.acting(who) as ctx:
        delegates.accept(ctx, grant)
    return agreed.browser(who)


def test_B1_point_4_a_delegate_reads_with_one_scope_and_agrees_only_with_another(agreed: Agreed) -> None:
    agreed.written()
    eva = daughter(agreed, "see_contract")
    html = eva.text(page_of(agreed))
    assert WHAT_MATTERS in html
    assert "I agree" not in html
    assert not [way for way in ("/text/", "/items/", "/contract/next-contact/", "/contract/plan/") if way in html]
    assert eva.post(f"{page_of(agreed)}/confirm", {"shown": agreed.now().shown}).status_code == 404
    assert eva.get(f"/contract/plan/{agreed.contract}").status_code == 404
    assert eva.get(f"/contract/next-contact/{agreed.contract}").status_code == 404


def test_B8_a_delegate_who_asks_is_promised_no_page_they_do_not_have(agreed: Agreed) -> None:
    agreed.written()
    eva = daughter(agreed, "see_contract")
    said = eva.post(f"{page_of(agreed)}/ask", {"kind": "unclear"})
    assert said.status_code == 303
    assert "The patient sees the answer." in eva.text(said.location)


def test_B1_point_4_B8_rule_7_a_delegates_yes_is_shown_as_theirs_for_the_patient(agreed: Agreed) -> None:
    agreed.written()
    eva = daughter(agreed, "see_contract", "confirm_contract")
    assert "Eva Ek for Karin Ek" in words(say_yes(agreed, eva))
    assert agreed.now().yes.keys() == {Side.PATIENT}


def test_B8_a_delegate_without_the_scope_sees_nothing(agreed: Agreed) -> None:
    agreed.written()
    assert daughter(agreed, "see_times").get(page_of(agreed)).status_code == 404


def test_K15_the_contact_writes_down_that_the_patient_said_yes(agreed: Agreed) -> None:
    agreed.written().accepts()
    anita = agreed.browser(agreed.clinic.anita)
    html = anita.text(page_of(agreed))
    form = {"shown": hidden(html, "shown"), "how": "paper", "said_on": "2026-11-23"}
    assert anita.post(f"{page_of(agreed)}/told", form).status_code == 303
    assert "Anita Berg for Karin Ek, Monday 23 November (on paper)" in words(anita.text(page_of(agreed)))
    assert (
        anita.post(f"{page_of(agreed)}/told", {"shown": "x", "how": "guess", "said_on": "2026-11-23"}).status_code
        == 422
    )


def test_K15_nobody_has_said_yes_tomorrow(agreed: Agreed) -> None:
    agreed.written().accepts()
    anita = agreed.browser(agreed.clinic.anita)
    form = {"shown": hidden(anita.text(page_of(agreed)), "shown"), "how": "spoken", "said_on": "2026-11-25"}
    answer = anita.post(f"{page_of(agreed)}/told", form)
    assert answer.status_code == 409
    assert "That day has not been yet." in words(answer.get_data(as_text=True))
    assert agreed.now().yes == {}


def test_the_buttons_ask_a_person_and_say_so(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    assert karin.post(f"{page_of(agreed)}/ask", {"kind": "unclear", "words": "What is a goal?"}).status_code == 303
    html = words(karin.text(page_of(agreed)))
    assert "Your question is saved." in html
    assert "Karin Ek does not understand something here." in html
    assert "What is a goal?" in html
    assert told(agreed.clinic.service).count("se.samkontrakt.contract.attention.needed.v1") == 1


def test_B1_point_1_an_earlier_version_stays_readable_and_the_difference_is_told(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    agreed.writes("I want to dance.")
    karin = agreed.browser(agreed.karin)
    html = words(karin.text(page_of(agreed)))
    assert "What has changed since you agreed" in html
    assert f"Changed: I want to dance. Before: {WHAT_MATTERS}" in html
    assert WHAT_MATTERS in karin.text(f"{page_of(agreed)}/versions/1")
    assert karin.get(f"{page_of(agreed)}/versions/2").status_code == 404, "a version being written is no version yet"


def test_what_changed_elsewhere_is_taken_into_a_new_version_on_a_press(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    with agreed.clinic.service.act() as ctx:
        contacts.appoint(
            ctx,
            contract_id=agreed.contract,
            patient_id=agreed.karin,
            person_id=agreed.clinic.lisa,
            unit_id=agreed.clinic.unit,
            handover_note="Read the plan.",
            reason="Anita leaves us.",
        )
    karin = agreed.browser(agreed.karin)
    html = words(karin.text(page_of(agreed)))
    assert "The named contact. Changed: Lisa Ek Before: Anita Berg" in html
    assert karin.post(f"{page_of(agreed)}/new-version").status_code == 303
    assert agreed.now().version.number == 2
    with agreed.clinic.service.act() as ctx:
        assert store.in_state(ctx.session, agreed.contract, "active") is not None


def test_K21_a_nurse_is_told_when_some_of_the_plan_is_not_shown_to_her_unit(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        hers = writing.add(
            ctx, agreed.karin, title="Talks at the ward", party=Party.REGION_UNIT, responsible="", on_date=None
        )
        row = plan_store.activity(ctx.session, hers)
        assert row is not None
        row.visible_to = [str(agreed.clinic.other_unit)]
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    for address in (page_of(agreed), f"/contract/plan/{agreed.contract}"):
        assert "Talks at the ward" in karin.text(address)
        assert "Talks at the ward" not in anita.text(address)
    assert "You see the parts that your unit is shown." in anita.text(page_of(agreed))
    assert anita.post(f"/contract/plan/{agreed.contract}/{hers}", {"state": "done"}).status_code == 404


def test_staff_find_the_agreements_they_answer_for_and_no_others(agreed: Agreed) -> None:
    assert "Karin Ek" in agreed.browser(agreed.clinic.anita).text("/contract/agreement")
    assert "Karin Ek" not in agreed.browser(agreed.clinic.lisa).text("/contract/agreement")


def test_K22_a_patient_starts_their_own_agreement(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
    browser = clinic.browser(nils)
    assert "Njurmottagningen" in browser.text("/contract/agreement")
    assert browser.post("/contract/agreement/open", {}).status_code == 422
    for _ in range(2):
        answer = browser.post("/contract/agreement/open", {"unit_id": str(clinic.unit)})
        assert answer.status_code == 303
    with clinic.service.act() as ctx:
        contract = store.open_of(ctx.session, nils)
        assert contract is not None
    assert answer.location == f"/contract/agreement/{contract.id}"
    assert "Nothing is written here yet." in browser.text(answer.location)


def test_P1_B1_row_2_9_a_paper_version_has_everything_and_the_numbers_to_ring(agreed: Agreed) -> None:
    agreed.written()
    html = words(agreed.browser(agreed.karin).text(f"{page_of(agreed)}/paper"))
    assert all(text in html for text in (*CONTENTS, "112", "1177", "036-32 10 00"))
    assert "Change" not in html


def test_a_time_the_page_showed_long_ago_is_not_agreed_to(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    agreed.written()
    html = karin.text(page_of(agreed))
    agreed.suggests(IN_TWO_DAYS + timedelta(days=1))
    form = {"shown": hidden(html, "shown"), "time_shown": hidden(html, "time_shown")}
    answer = karin.post(f"{page_of(agreed)}/confirm", form)
    assert answer.status_code == 409
    assert "Saturday 28 November" in words(answer.get_data(as_text=True))


def test_B4_the_hand_over_note_is_read_by_whoever_comes_next_and_by_nobody_else(agreed: Agreed) -> None:
    path, note = f"/contract/agreement/{agreed.contract}", "Wants to be rung before noon."
    with agreed.acting(agreed.clinic.admin) as ctx:
        contacts.appoint(
            ctx,
            contract_id=agreed.contract,
            patient_id=agreed.karin,
            person_id=agreed.clinic.lisa,
            unit_id=agreed.clinic.unit,
            handover_note=note,
            reason="Anita leaves us.",
        )
    assert f"and wrote: {note}" in words(agreed.browser(agreed.clinic.lisa).text(path))
    for other in (agreed.karin, agreed.clinic.anita):
        assert note not in agreed.browser(other).text(path)
