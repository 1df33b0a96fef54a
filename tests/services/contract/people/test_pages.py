"""The register's pages: an admin's own unit, names never in an address, what is protected never shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.contract.people import actions, store
from services.contract.people.tables import Person
from shared.audit import access_log
from shared.events import StaffRole
from shared.roles import ROLES
from tests.services.contract.clinic import Clinic, staff, words

PEOPLE = "/contract/people"
DETAILS = {"name": "Esther Lindqvist", "language": "en", "email": "esther@example.org", "phone": "070-174 06 01"}


def address(person: UUID, what: str = "") -> str:
    return f"{PEOPLE}/{person}{what}"


def kept(clinic: Clinic, person: UUID) -> Person:
    with clinic.service.act() as ctx:
        found = store.get(ctx.session, person)
        assert found
        return found


def roles(clinic: Clinic, person: UUID) -> Iterable[StaffRole]:
    with clinic.service.act() as ctx:
        return store.roles(ctx.session, person)


def test_an_admin_sees_the_units_own_people(clinic: Clinic) -> None:
    text = words(clinic.browser(clinic.admin).text(PEOPLE))
    assert "Esther Lindqvist" in text
    assert "Olle Admin" not in text


def test_P34_each_patient_in_the_list_finds_it_in_the_access_log(clinic: Clinic) -> None:
    clinic.browser(clinic.admin).get(PEOPLE)
    with clinic.service.act() as ctx:
        (row,) = ctx.session.execute(sa.select(access_log)).all()
    assert (row.patient_id, row.actor_id, row.what) == (clinic.esther, clinic.admin, "saw your name in the register")


def test_P33_somebody_is_found_without_their_name_in_an_address(clinic: Clinic) -> None:
    answer = clinic.browser(clinic.admin).post(PEOPLE, {"words": "lindqvist"})
    text = words(answer.get_data(as_text=True))
    assert "Esther Lindqvist" in text
    assert "Anita Berg" not in text
    assert "lindqvist" not in answer.request.url


def test_nobody_found_says_what_to_do(clinic: Clinic) -> None:
    text = words(clinic.browser(clinic.admin).post(PEOPLE, {"words": "xyz"}).get_data(as_text=True))
    assert "Nobody is found." in text


def test_the_pages_of_a_search_are_asked_for_by_button(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        for number in range(store.PAGE + 1):
            staff(ctx, f"Nurse Nr{number:02}", clinic.unit, "nurse")
    browser = clinic.browser(clinic.admin)
    first = browser.post(PEOPLE, {"words": "nurse"}).get_data(as_text=True)
    assert "Next page" in first
    (after,) = re.findall(r'name="after" value="([^"]+)"', first)
    second = browser.post(PEOPLE, {"words": "nurse", "after": after}).get_data(as_text=True)
    assert "Nurse Nr25" in second
    assert "Nurse Nr00" not in second
    (more,) = re.findall(rf'href="({PEOPLE}\?after=[^"]+)" rel="next"', browser.text(PEOPLE))
    assert "Nurse Nr24" in browser.text(more)


def test_details_are_changed_and_the_number_made_whole(clinic: Clinic) -> None:
    assert clinic.browser(clinic.admin).post(address(clinic.esther), DETAILS).status_code == 303
    person = kept(clinic, clinic.esther)
    assert (person.language, person.email, person.phone) == ("en", "esther@example.org", "+46701740601")
    clinic.browser(clinic.admin).post(address(clinic.esther), {**DETAILS, "phone": ""})
    assert kept(clinic, clinic.esther).phone is None


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"email": "no"}, {"name": ""}, {"language": "xx"}])
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(clinic: Clinic, wrong: dict[str, str]) -> None:
    answer = clinic.browser(clinic.admin).post(address(clinic.esther), {**DETAILS, **wrong})
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.get_data(as_text=True)
    assert kept(clinic, clinic.esther).email is None


def test_B10_point_4_a_protected_persons_address_and_number_are_never_shown(clinic: Clinic) -> None:
    browser = clinic.browser(clinic.admin)
    browser.post(address(clinic.esther), {**DETAILS, "protected": "1"})
    for html in (browser.text(PEOPLE), browser.text(address(clinic.esther))):
        assert "Protected identity" in html
        assert "esther@example.org" not in html
        assert "701740601" not in html.replace(" ", "").replace("-", "")


def test_saving_a_protected_person_does_not_take_away_what_is_not_shown(clinic: Clinic) -> None:
    browser = clinic.browser(clinic.admin)
    browser.post(address(clinic.esther), {**DETAILS, "protected": "1"})
    browser.post(address(clinic.esther), {"name": "Esther L", "language": "sv"})
    person = kept(clinic, clinic.esther)
    assert (person.name, person.phone, person.protected) == ("Esther L", "+46701740601", True)
    browser.post(address(clinic.esther, "/unprotect"))
    assert not kept(clinic, clinic.esther).protected


def test_roles_are_given_at_the_admins_own_unit_and_others_stay(clinic: Clinic) -> None:
    head = StaffRole(unit_id=clinic.other_unit, role="head")
    with clinic.service.act() as ctx:
        actions.set_roles(ctx, clinic.lisa, [head])
    browser = clinic.browser(clinic.admin)
    assert browser.get(address(clinic.lisa)).status_code == 404
    with clinic.service.act() as ctx:
        actions.know_at(ctx, clinic.lisa, clinic.unit)
    assert browser.post(address(clinic.lisa, "/roles"), {"roles": f"{clinic.unit} ward"}).status_code == 303
    assert set(roles(clinic, clinic.lisa)) == {head, StaffRole(unit_id=clinic.unit, role="ward")}


def test_roles_stand_unit_by_unit_under_its_name(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        actions.set_roles(
            ctx, clinic.admin, [StaffRole(unit_id=unit, role="admin") for unit in (clinic.unit, clinic.other_unit)]
        )
    page = clinic.browser(clinic.admin).text(address(clinic.lisa))
    told = words(page)
    assert told.index("What this person is at Hjärtmottagningen") < told.index(
        "What this person is at Njurmottagningen"
    )
    ids = re.findall(r'<input[^>]* id="([^"]+)" name="roles"', page)
    assert len(ids) == len(set(ids)) == 2 * len(ROLES)


def test_P32_no_admin_gives_roles_elsewhere_or_to_themselves(clinic: Clinic) -> None:
    browser, before = clinic.browser(clinic.admin), set(roles(clinic, clinic.lisa))
    elsewhere = browser.post(address(clinic.lisa, "/roles"), {"roles": f"{clinic.other_unit} admin"})
    assert (elsewhere.status_code, set(roles(clinic, clinic.lisa))) == (422, before)
    own = browser.post(address(clinic.admin, "/roles"), {"roles": f"{clinic.unit} head"})
    assert own.status_code == 422
    assert [role.role for role in roles(clinic, clinic.admin)] == ["admin"]


def test_K17_a_death_is_registered_and_taken_back(clinic: Clinic) -> None:
    browser = clinic.browser(clinic.admin)
    browser.post(address(clinic.esther, "/death"), {"deceased": "2026-11-20"})
    assert "Died on" in browser.text(address(clinic.esther))
    browser.post(address(clinic.esther, "/alive"))
    assert kept(clinic, clinic.esther).deceased is None


def test_somebody_is_added_to_the_admins_unit(clinic: Clinic) -> None:
    form = {**DETAILS, "name": "Nora Ny", "kind": "staff", "identity": "SE2321-1"}
    browser = clinic.browser(clinic.admin)
    answer = browser.post(f"{PEOPLE}/new", form)
    assert answer.status_code == 303
    assert "Nora Ny" in browser.text(answer.location)
    assert "identity-error" in browser.post(f"{PEOPLE}/new", form).get_data(as_text=True)


def test_P34_a_patient_who_is_added_finds_it_in_the_access_log(clinic: Clinic) -> None:
    form = {**DETAILS, "name": "Nora Ny", "kind": "patient", "identity": "19500101-1237"}
    added = clinic.browser(clinic.admin).post(f"{PEOPLE}/new", form).location.rpartition("/")[2]
    with clinic.service.act() as ctx:
        (row,) = ctx.session.execute(sa.select(access_log)).all()
    assert (str(row.patient_id), row.actor_id, row.action) == (added, clinic.admin, "add")


@pytest.mark.parametrize("who", ["other_admin", "anita", "esther"])
def test_P32_others_find_nothing(clinic: Clinic, who: str) -> None:
    browser = clinic.browser(getattr(clinic, who))
    for what in ("", "/roles", "/death", "/alive", "/unprotect"):
        assert browser.post(address(clinic.esther, what), DETAILS).status_code == 404, what
    assert browser.get(address(clinic.esther)).status_code == 404
    assert browser.get(PEOPLE).status_code == (200 if who == "other_admin" else 404)


def test_P32_a_stranger_is_asked_to_sign_in(clinic: Clinic) -> None:
    for path in (PEOPLE, f"{PEOPLE}/new", address(clinic.esther)):
        assert clinic.stranger().get(path).status_code == 303
    assert clinic.stranger().post(address(clinic.esther), data=DETAILS).status_code == 303
    assert kept(clinic, clinic.esther).email is None


def test_a_form_without_its_token_does_nothing(clinic: Clinic) -> None:
    answer = clinic.browser(clinic.admin).post(address(clinic.esther), {**DETAILS, "form_token": "guessed"})
    assert answer.status_code == 403
    assert kept(clinic, clinic.esther).email is None
