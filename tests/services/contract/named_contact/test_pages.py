"""Absence in two minutes, the patients' words seen first, and the two clicks that mend what nobody answers for."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from services.contract.named_contact import actions, store
from services.contract.named_contact.pages import by_staff
from services.contract.named_contact.proposing import actions as proposing
from services.contract.people import actions as people
from shared.context import Viewer
from shared.cover import Answer
from shared.events import Absence, AbsencesChanged, StaffRole
from shared.policy import Subject
from tests.services.contract.clinic import Clinic, staff, words
from tests.support.services import told

HOME = "/contract/named-contact"
UNCOVERED = f"{HOME}/uncovered"
TODAY, TOMORROW, NEXT_WEEK = "2026-11-24", "2026-11-25", "2026-12-01"


def form(clinic: Clinic, **changed: str) -> dict[str, str]:
    return {"first": TODAY, "last": NEXT_WEEK, "deputy_id": str(clinic.lisa), "act": "save", **changed}


def absences(clinic: Clinic, person: UUID) -> tuple[Absence, ...]:
    with clinic.service.act() as ctx:
        return store.absence_facts(ctx.session, person, ctx.now).absences


def answers(clinic: Clinic) -> Answer:
    with clinic.service.act() as ctx:
        answer = clinic.service.directory.who_answers_for(ctx.session, clinic.contract, ctx.now)
        assert answer
        return answer


def away(clinic: Clinic, person: UUID, **changed: str) -> None:
    answer = clinic.browser(person).post(f"{HOME}/absence/{person}", form(clinic, **changed))
    assert answer.status_code == 303, words(answer.get_data(as_text=True))


def test_a_nurse_sets_her_own_absence_and_the_deputy_answers_at_once(clinic: Clinic) -> None:
    away(clinic, clinic.anita)
    assert answers(clinic).person_id == clinic.lisa
    text = words(clinic.browser(clinic.anita).text(HOME))
    assert "until and including Tuesday 1 December." in text
    assert "Lisa Ek stands in." in text


def test_B4_point_3_what_patients_will_read_is_seen_before_anything_is_saved(clinic: Clinic) -> None:
    browser = clinic.browser(clinic.anita)
    answer = browser.post(f"{HOME}/absence/{clinic.anita}", form(clinic, act="look", note="Back with new strength."))
    text = words(answer.get_data(as_text=True))
    assert "Anita Berg is away until and including Tuesday 1 December. Lisa Ek answers you instead." in text
    assert "1 patient" in text
    assert "Back with new strength." in text
    assert absences(clinic, clinic.anita) == ()
    assert AbsencesChanged.type not in told(clinic.service)


def test_the_words_are_swedish_for_swedes(clinic: Clinic) -> None:
    answer = clinic.browser(clinic.anita).post(
        f"{HOME}/absence/{clinic.anita}", form(clinic, act="look", first=TOMORROW), "sv"
    )
    text = words(answer.get_data(as_text=True))
    assert "Från onsdag 25 november: Anita Berg är borta till och med tisdag 1 december. Lisa Ek svarar dig" in text


def test_until_further_notice_has_no_last_day(clinic: Clinic) -> None:
    away(clinic, clinic.anita, last="", open_ended="1")
    assert absences(clinic, clinic.anita)[0].ends is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last": ""}, "last"),
        ({"open_ended": "1"}, "last"),
        ({"last": "2026-11-01"}, "last"),
        ({"last": "9999-12-31"}, "last"),
        ({"first": "0001-01-01"}, "first"),
        ({"first": "soon"}, "first"),
    ],
)
@pytest.mark.parametrize("act", ["look", "save"])
def test_what_is_wrong_stands_beside_its_field(clinic: Clinic, wrong: dict[str, str], field: str, act: str) -> None:
    answer = clinic.browser(clinic.anita).post(f"{HOME}/absence/{clinic.anita}", form(clinic, act=act, **wrong))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert absences(clinic, clinic.anita) == ()


def test_a_deputy_who_is_away_too_is_told_before_it_is_saved(clinic: Clinic) -> None:
    away(clinic, clinic.lisa, deputy_id="")
    answer = clinic.browser(clinic.anita).post(f"{HOME}/absence/{clinic.anita}", form(clinic, act="look"))
    text = words(answer.get_data(as_text=True))
    assert "Whoever stands in is away too at that time." in text
    assert "The unit answers you instead." in text


def test_B4_point_4_an_admin_sets_sickness_for_a_nurse_with_immediate_effect(clinic: Clinic) -> None:
    browser = clinic.browser(clinic.admin)
    assert "Anita Berg" in browser.text(HOME)
    browser.post(f"{HOME}/absence/{clinic.anita}", form(clinic, last="", open_ended="1"))
    assert answers(clinic).person_id == clinic.lisa


def test_back_early_everything_is_as_before(clinic: Clinic) -> None:
    away(clinic, clinic.anita)
    (absence,) = absences(clinic, clinic.anita)
    assert clinic.browser(clinic.anita).post(f"{HOME}/end/{absence.absence_id}").status_code == 303
    assert answers(clinic).person_id == clinic.anita


@pytest.mark.parametrize("who", ["lisa", "other_admin", "esther"])
def test_P32_nobody_else_sets_or_ends_somebodys_absence(clinic: Clinic, who: str) -> None:
    away(clinic, clinic.anita)
    (absence,) = absences(clinic, clinic.anita)
    browser = clinic.browser(getattr(clinic, who))
    assert browser.get(f"{HOME}/absence/{clinic.anita}").status_code == 404
    assert browser.post(f"{HOME}/absence/{clinic.anita}", form(clinic)).status_code == 404
    assert browser.post(f"{HOME}/end/{absence.absence_id}").status_code == 404
    assert absences(clinic, clinic.anita) == (absence,)


@pytest.mark.parametrize("log_at", [UUID(int=1), UUID(int=2**128 - 1)])
def test_who_checks_the_log_of_another_unit_sets_their_own_absence_where_they_work(
    clinic: Clinic, log_at: UUID
) -> None:
    roles = StaffRole(unit_id=log_at, role="auditor"), StaffRole(unit_id=clinic.unit, role="admin")
    with clinic.service.act(Viewer(clinic.admin, "staff", roles=roles)) as ctx:
        assert by_staff(ctx, clinic.admin) == Subject(unit_id=clinic.unit)


def test_P32_a_patient_has_no_absence_page_and_a_stranger_signs_in(clinic: Clinic) -> None:
    assert clinic.browser(clinic.esther).get(HOME).status_code == 404
    for path in (HOME, UNCOVERED, f"{UNCOVERED}/{clinic.contract}", f"{HOME}/absence/{clinic.anita}"):
        assert clinic.stranger().get(path).status_code == 303, path


def test_when_everybody_has_somebody_the_list_says_so(clinic: Clinic) -> None:
    text = words(clinic.browser(clinic.admin).text(UNCOVERED))
    assert "Every patient has somebody who answers" in text
    assert "Esther" not in text


def test_whom_nobody_answers_for_is_mended_in_one_click(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        karin = staff(ctx, "Karin Ny", clinic.unit, "nurse")
    away(clinic, clinic.anita, deputy_id="")
    away(clinic, clinic.lisa, deputy_id="")
    browser = clinic.browser(clinic.admin)
    text = words(browser.text(UNCOVERED))
    assert "Anita Berg is away, and so is whoever stands in." in text
    assert "Let Karin Ny answer for Esther Lindqvist" in text
    browser.post(f"{UNCOVERED}/{clinic.contract}", {"person_id": str(karin), "act": "stand_in"})
    assert answers(clinic).person_id == karin
    assert "Esther" not in words(browser.text(UNCOVERED))


def test_a_gap_to_come_is_seen_two_weeks_ahead_and_not_further(clinic: Clinic) -> None:
    away(clinic, clinic.lisa, first="2026-11-30", last="2026-12-30", deputy_id="")
    away(clinic, clinic.anita, first="2026-12-07", last="2026-12-30", deputy_id="")
    assert "From Monday 7 December at 00:00" in words(clinic.browser(clinic.admin).text(UNCOVERED))
    (absence,) = absences(clinic, clinic.anita)
    clinic.browser(clinic.anita).post(f"{HOME}/end/{absence.absence_id}")
    away(clinic, clinic.anita, first="2026-12-09", last="2026-12-30", deputy_id="")
    assert "Esther" not in words(clinic.browser(clinic.admin).text(UNCOVERED))


def test_somebody_who_has_left_is_found_and_replaced(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        actions.set_deputy(ctx, clinic.appointment, None)
        people.set_roles(ctx, clinic.anita, [])
    browser = clinic.browser(clinic.admin)
    assert "Anita Berg has no role here." in words(browser.text(UNCOVERED))
    choice = {"person_id": str(clinic.lisa), "act": "take_over", "reason": "Anita leaves us."}
    browser.post(f"{UNCOVERED}/{clinic.contract}", choice)
    assert (answers(clinic).kind, answers(clinic).person_id) == ("named_contact", clinic.lisa)


def test_a_contract_that_nobody_was_appointed_to_gets_somebody(clinic: Clinic) -> None:
    contract = uuid4()
    with clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        actions.begin_cover(ctx, contract_id=contract, patient_id=nils, unit_id=clinic.unit)
    browser = clinic.browser(clinic.admin)
    assert "Nobody is appointed." in words(browser.text(UNCOVERED))
    assert "Who answers?" in words(browser.text(f"{UNCOVERED}/{contract}"))
    browser.post(f"{UNCOVERED}/{contract}", {"person_id": str(clinic.lisa), "act": "take_over"})
    assert "Nils" not in words(browser.text(UNCOVERED))


def test_taking_over_from_somebody_who_works_here_needs_a_note(clinic: Clinic) -> None:
    browser, path = clinic.browser(clinic.admin), f"{UNCOVERED}/{clinic.contract}"
    choice = {"person_id": str(clinic.lisa), "act": "take_over"}
    assert "handover_note-error" in browser.post(path, choice).get_data(as_text=True)
    assert answers(clinic).person_id == clinic.anita
    assert "reason-error" in browser.post(path, {**choice, "handover_note": "Rings before noon."}).text
    browser.post(path, {**choice, "handover_note": "Rings before noon.", "reason": "Anita leaves us."})
    assert answers(clinic).person_id == clinic.lisa


def test_P32_only_the_units_admin_mends_and_only_with_the_units_staff(clinic: Clinic) -> None:
    path, choice = f"{UNCOVERED}/{clinic.contract}", {"person_id": str(clinic.lisa), "act": "stand_in"}
    for who in (clinic.other_admin, clinic.anita, clinic.esther):
        assert clinic.browser(who).get(path).status_code == 404
        assert clinic.browser(who).post(path, choice).status_code == 404
    elsewhere = clinic.browser(clinic.admin).post(path, {**choice, "person_id": str(clinic.other_admin)})
    assert elsewhere.status_code == 422


def test_proposed_contacts_stand_in_the_list_with_their_button(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        proposal = proposing.propose(
            ctx, patient_id=nils, person_id=clinic.lisa, unit_id=clinic.unit, source="CareTeam"
        )
    html = clinic.browser(clinic.admin).text(UNCOVERED)
    assert "Let Lisa Ek be contact for Nils Ny" in html
    assert f"/contract/home/proposals/{proposal}/accept" in html
