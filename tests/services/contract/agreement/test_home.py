"""The first page: a patient's next step and who answers today; an admin's contracts without a word of their contents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from services.contract.agreement import actions
from services.contract.delegates import actions as delegates
from services.contract.delegates import store as grants
from services.contract.named_contact import actions as contacts
from services.contract.named_contact.proposing import actions as proposing
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.units import actions as units
from services.contract.units import store as unit_store
from shared.events import OpenHours
from tests.services.contract.agreed import IN_TWO_DAYS, WHAT_MATTERS, Agreed
from tests.services.contract.clinic import Clinic, words
from tests.support.services import set_clock

HOME = "/contract/home"
SATURDAY = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)


def home(agreed: Agreed) -> str:
    return words(agreed.browser(agreed.karin).text(HOME)).replace(" .", ".")


def test_E1_the_patient_sees_the_next_step_and_who_answers_today_with_a_number(agreed: Agreed) -> None:
    agreed.written().accepts()
    html = home(agreed)
    assert "Friday 27 November at 09:00" in html
    assert "Anita Berg answers you today. Ring: 036-32 10 00" in html
    assert "112" in html
    assert "1177" in html


def test_B4_while_the_contact_is_away_the_deputy_is_named(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        away = contacts.set_absence(
            ctx, person_id=clinic.anita, starts=ctx.now, ends=None, deputy_id=clinic.lisa, note="Lisa knows your plan."
        )
    html = home(agreed)
    assert "Anita Berg is away until further notice. Lisa Ek answers you instead. Ring: 036-32 10 00" in html
    assert "Lisa knows your plan." in html
    with clinic.service.act() as ctx:
        contacts.end_absence(ctx, away)
    assert "Anita Berg answers you today." in home(agreed)


def test_K1_outside_staffed_hours_nobody_is_promised_today(agreed: Agreed) -> None:
    set_clock(agreed.clinic.service, SATURDAY)
    html = home(agreed)
    assert "answers you today" not in html
    assert "No one reads what you write before Monday 30 November at 07:30." in html
    assert "Then Anita Berg answers you." in html
    assert "Can it not wait? Ring: 08-465 004 01" in html


def test_K1_in_staffed_hours_no_page_says_that_nobody_reads_before_now(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        contacts.set_absence(ctx, person_id=clinic.anita, starts=ctx.now, ends=None, deputy_id=None, note="")
    html = home(agreed)
    assert "answers you today" not in html
    assert "No one reads what you write before" not in html


def test_K1_a_duty_line_that_is_open_is_the_number_to_ring(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        unit = unit_store.get(ctx.session, clinic.unit)
        assert unit is not None
        always = tuple(OpenHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7))
        units.change_unit(ctx, replace(unit_store.facts(unit), duty_line="036-32 10 99", duty_hours=always))
    set_clock(clinic.service, SATURDAY)
    assert "Ring: 036-32 10 99" in home(agreed)


def test_a_suggested_time_asks_for_an_answer_and_a_past_one_is_not_called_next(agreed: Agreed) -> None:
    agreed.suggests()
    assert "Your contact suggests Friday 27 November at 09:00. See and answer" in home(agreed)
    agreed.accepts()
    set_clock(agreed.clinic.service, datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    html = home(agreed)
    assert "Your last time was Friday 27 November at 09:00. The next one is not set yet." in html


def test_the_page_says_when_the_agreement_waits_for_the_patients_yes(agreed: Agreed) -> None:
    assert "Your agreement is not ready yet" in home(agreed)
    agreed.written()
    assert "Your agreement waits for your yes" in home(agreed)
    agreed.confirms(Side.PATIENT)
    assert "waits for your yes" not in home(agreed)


def test_the_other_services_parts_are_links_that_work_without_scripts(agreed: Agreed) -> None:
    html = agreed.browser(agreed.karin).text(HOME)
    for fragment, link in (
        ("/selfcare/times/waiting", "/selfcare/times"),
        ("/notify/my/requests", "/notify/my/requests"),
    ):
        assert f'hx-get="{fragment}"' in html
        assert f'href="{link}"' in html
    for door in ("/contract/agreement", "/selfcare/times", "/notify/ask", "/contract/delegates"):
        assert f'href="{door}"' in html


def test_E1_letting_somebody_help_is_three_touches_from_home(agreed: Agreed) -> None:
    """Family and others, Invite somebody, Send: and the one who is invited says yes in two."""
    karin, family = agreed.browser(agreed.karin), "/contract/delegates"
    assert f'href="{family}"' in karin.text(HOME)
    assert f'href="{family}/new"' in karin.text(family)
    invitation = {"name": "Eva Ek", "relation": "sister", "scopes": ["see_times"]}
    assert karin.post(f"{family}/new", invitation).status_code == 303
    with agreed.acting(agreed.karin) as ctx:
        (grant,) = grants.of_patient(ctx.session, agreed.karin)
    eva = agreed.browser(grant.delegate_id)
    assert f'href="{family}"' in eva.text(HOME)
    assert f'action="{family}/{grant.id}/accept"' in eva.text(family)
    assert eva.post(f"{family}/{grant.id}/accept").status_code == 303
    assert "People I help Karin Ek" in words(eva.text(HOME))


def test_a_patient_without_an_agreement_can_start_one(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
    html = clinic.browser(nils).text(HOME)
    assert "You have no agreement yet." in html
    assert 'href="/contract/agreement"' in html


def test_staff_go_to_what_waits_for_an_answer(agreed: Agreed) -> None:
    answer = agreed.browser(agreed.clinic.anita).get(HOME)
    assert (answer.status_code, answer.location) == (303, "/notify/worklist")


def test_a_stranger_is_asked_to_sign_in(agreed: Agreed) -> None:
    answer = agreed.app.test_client().get(HOME)
    assert answer.status_code == 303
    assert answer.location.startswith("/contract/signin")


def test_K20_a_unit_that_is_not_named_is_the_patients_own_care_to_the_patient_alone(agreed: Agreed) -> None:
    helper = agreed.helper("see_contract")
    with agreed.clinic.service.act() as ctx:
        unit = unit_store.get(ctx.session, agreed.clinic.unit)
        assert unit
        units.change_unit(ctx, replace(unit_store.facts(unit), neutral=True))
    told = {who: words(agreed.browser(who).text("/contract/home")) for who in (helper, agreed.karin)}
    assert "The care: " in told[helper]
    assert "Your care" not in told[helper]
    assert "Your care" in told[agreed.karin]
    assert "Njurmottagningen" not in told[helper]


def test_B8_a_helper_finds_the_patients_they_help_and_what_they_may_see(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=eva, scopes=("see_contract",))
    assert "You help no one here right now." in agreed.browser(eva).text(HOME)
    with agreed.acting(eva) as ctx:
        delegates.accept(ctx, grant)
    html = agreed.browser(eva).text(HOME)
    assert "Karin Ek" in html
    assert "tel:" in html.split("Karin Ek", 1)[1].split("</section>", 1)[0], (
        "the number that answers for her stands beside her name"
    )
    assert f"/contract/agreement/{agreed.contract}" in html
    assert f"/contract/plan/{agreed.contract}" not in html


def test_E3_an_admin_sees_status_dates_and_what_is_missing_and_never_a_word_of_the_contents(agreed: Agreed) -> None:
    agreed.written().accepts()
    agreed.confirms(Side.PATIENT)
    html = words(agreed.browser(agreed.clinic.admin).text(HOME))
    assert "Karin Ek Status Waits for a yes" in html
    assert "Friday 27 November" in html
    assert "Yes from The patient" in html
    assert "Contact now Anita Berg" in html
    assert not any(text in html for text in (WHAT_MATTERS, "I weigh myself", "We ring you"))
    assert "Karin Ek" not in agreed.browser(agreed.clinic.other_admin).text(HOME)


def test_E3_patients_nobody_answers_for_are_one_touch_away(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
        actions.open_contract(ctx, patient_id=nils, unit_id=agreed.clinic.unit, by=nils)
    admin = agreed.browser(agreed.clinic.admin)
    assert f'href="{HOME}?missing=contact">No contact answers (1)' in admin.text(HOME)
    html = words(admin.text(f"{HOME}?missing=contact"))
    assert "Nils Ek" in html
    assert "Karin Ek" not in html
    assert "Contact now No contact" in html


def test_E3_an_admin_accepts_a_proposed_contact_in_one_press(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
        proposal = proposing.propose(
            ctx, patient_id=nils, person_id=clinic.anita, unit_id=clinic.unit, source="care team"
        )
    admin, address = clinic.browser(clinic.admin), f"{HOME}/proposals/{proposal}/accept"
    assert "Accept Anita Berg" in words(admin.text(HOME))
    assert clinic.browser(clinic.other_admin).post(address).status_code == 404
    assert clinic.browser(clinic.anita).post(address).status_code == 404
    assert admin.post(address).status_code == 303
    html = words(admin.text(HOME))
    assert "The patient has a named contact now" in html
    assert "Accept Anita Berg" not in html
    assert admin.post(address).status_code == 409


def test_a_hand_over_is_asked_for_where_somebody_is_replaced(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        proposal = proposing.propose(
            ctx, patient_id=agreed.karin, person_id=clinic.lisa, unit_id=clinic.unit, source="care team"
        )
    admin, address = agreed.browser(clinic.admin), f"{HOME}/proposals/{proposal}/accept"
    answer = admin.post(address)
    assert answer.status_code == 409
    assert "What does the new contact need to know?" in answer.get_data(as_text=True)
    assert admin.post(address, {"handover_note": "Read the plan.", "reason": "Anita leaves us."}).status_code == 303


def test_the_next_step_is_told_on_the_patients_own_clock(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        people.save_person(
            ctx, kind="patient", name="Karin Ek", identity=None, zone="Europe/Helsinki", person_id=agreed.karin
        )
    agreed.suggests(IN_TWO_DAYS + timedelta(hours=1))
    assert "Friday 27 November at 10:00" in home(agreed)
