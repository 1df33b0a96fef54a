"""Sign-in, the register, absence and family in a real browser, on a phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page

from services.contract.named_contact import actions as contacts
from services.contract.named_contact.proposing import actions as proposing
from services.contract.people import actions as people
from services.contract.signin.actions import mint_link
from shared.db import Database
from tests.browser.conftest import served, sign_in
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.services import make_app, make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]
ABSENCE = "/contract/named-contact"


@pytest.fixture
def clinic(contract_db: Database) -> Clinic:
    return open_clinic(make_service("contract", contract_db))


@pytest.fixture
def address(clinic: Clinic) -> Iterator[str]:
    with served(make_app(clinic.service)) as address:
        yield address


def enter(page: Page, clinic: Clinic, address: str, person: UUID, to: str) -> None:
    """Sign in as people do: open the link, press the button."""
    with clinic.service.act() as ctx:
        link = mint_link(ctx, person, to)
    page.goto(address + link)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url(address + to)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_nurse_sees_what_patients_will_read_and_saves_it(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    page = open_page(scripts=scripts)
    enter(page, clinic, address, clinic.anita, ABSENCE)
    page_checks(page, "absence-none")
    page.get_by_role("link", name="Lägg in frånvaro").click()
    page_checks(page, "absence-form")
    page.get_by_role("button", name="Se vad patienterna kommer att läsa").click()
    page_checks(page, "absence-errors")
    page.get_by_label("Tills vidare").check()
    page.get_by_label("Vem är ersättare?").select_option(label="Lisa Ek")
    page.get_by_role("button", name="Se vad patienterna kommer att läsa").click()
    page.get_by_text("Anita Berg är borta tills vidare. Lisa Ek svarar dig i stället.").wait_for()
    page_checks(page, "absence-preview")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Frånvaron är sparad.").wait_for()
    page_checks(page, "absence-saved")
    page.get_by_role("button", name="Tillbaka nu").click()
    page.get_by_text("Frånvaron är avslutad.").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_admin_mends_whom_nobody_answers_for_in_two_clicks(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    with clinic.service.act() as ctx:
        contacts.set_deputy(ctx, clinic.appointment, None)
        contacts.set_absence(ctx, person_id=clinic.anita, starts=ctx.now, ends=None, deputy_id=None, note="")
        nils = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        proposing.propose(ctx, patient_id=nils, person_id=clinic.lisa, unit_id=clinic.unit, source="CareTeam")
    page = open_page(scripts=scripts)
    enter(page, clinic, address, clinic.admin, "/contract/people")
    page.get_by_role("link", name="Vem saknar kontakt").click()
    page_checks(page, "uncovered")
    page.get_by_role("link", name="Välj någon för Esther Lindqvist").click()
    page_checks(page, "uncovered-choose")
    page.go_back()
    page.get_by_role("button", name="Låt Lisa Ek svara för Esther Lindqvist").click()
    page.get_by_text("Alla patienter har någon som svarar").wait_for()
    page_checks(page, "uncovered-mended")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts, narrow"])
def test_a_nurse_plans_another_contact_and_calls_it_off(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    width = 1200 if scripts else 320
    page = open_page(scripts=scripts, width=width)
    enter(page, clinic, address, clinic.anita, f"/contract/named-contact/change/{clinic.contract}")
    page_checks(page, f"contact-change-{width}")
    page.get_by_role("button", name="Spara", exact=True).click()
    page_checks(page, f"contact-change-errors-{width}")
    page.get_by_label("Vem tar över?").select_option(value=str(clinic.lisa))
    page.get_by_label("Från vilken dag?").fill("2026-12-07")
    page.get_by_label("Vad nästa kontakt behöver veta").fill("Ring före tolv.")
    page.get_by_label("Varför, så som patienten läser det").fill("Anita byter mottagning.")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Från måndag 7 december tar Lisa Ek över efter Anita Berg.").wait_for()
    page_checks(page, f"contact-planned-{width}")
    page.get_by_role("button", name="Ställ in bytet").click()
    page.get_by_text("Bytet är inställt.").wait_for()


@pytest.mark.parametrize("width", [320, 1200])
def test_the_register_and_the_unit_fit_a_phone_and_a_desk(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check, width: int
) -> None:
    page = open_page(width=width)
    enter(page, clinic, address, clinic.admin, "/contract/people")
    page.get_by_label("Sök en person").fill("lisa")
    page.get_by_role("button", name="Sök", exact=True).click()
    page_checks(page, f"people-{width}")
    page.get_by_role("link", name="Lisa Ek").click()
    page_checks(page, f"person-{width}")
    page.goto(f"{address}/contract/people/new")
    page.get_by_role("button", name="Spara").click()
    page_checks(page, f"person-new-{width}")
    page.goto(f"{address}/contract/units")
    page_checks(page, f"units-{width}")
    page.get_by_role("link", name="Njurmottagningen").click()
    page.get_by_label("Nummer som alltid besvaras").fill("12")
    page.get_by_role("button", name="Spara").click()
    page_checks(page, f"unit-{width}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_patient_invites_somebody_and_signs_out(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    page = open_page(scripts=scripts)
    enter(page, clinic, address, clinic.esther, "/contract/delegates")
    page_checks(page, "delegates-none")
    page.get_by_role("link", name="Bjud in någon").click()
    page.get_by_label("Vad heter personen?").fill("Maria Lindqvist")
    page.get_by_role("button", name="Bjud in").click()
    page_checks(page, "delegates-errors")
    page.get_by_label("Se mina nästa tider").check()
    page.get_by_role("button", name="Bjud in").click()
    page_checks(page, "delegates")
    page.get_by_role("link", name="Logga ut").click()
    page_checks(page, "leaving")
    page.get_by_role("button", name="Logga ut").click()
    page_checks(page, "signin")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_who_signed_in_long_ago_is_asked_once_more_and_gets_back_what_they_wrote(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    page = sign_in(open_page(width=320, scripts=scripts), address, clinic.esther)
    page.goto(f"{address}/contract/delegates/new")
    sign_in(page, address, clinic.esther, ago=601)
    page.get_by_label("Vad heter personen?").fill("Maria af Ugglas")
    page.get_by_label("Se mina nästa tider").check()
    page.get_by_role("button", name="Bjud in").click()
    page.get_by_role("heading", name="Logga in en gång till").wait_for()
    page_checks(page, "signin-again")
    with clinic.service.act() as ctx:
        link = mint_link(ctx, clinic.esther)
    page.goto(address + link)
    page.get_by_role("button", name="Logga in").click()
    page.get_by_text("Maria af Ugglas").wait_for()
    page_checks(page, "kept")
    page.get_by_role("button", name="Skicka det jag skrev").click()
    page.wait_for_url("**/contract/delegates")


def test_a_link_looks_right_before_and_after_it_is_spent(
    clinic: Clinic, address: str, open_page: Opener, page_checks: Check
) -> None:
    with clinic.service.act() as ctx:
        link = mint_link(ctx, clinic.anita, ABSENCE)
    page, other = open_page(), open_page()
    other.goto(address + link)
    page_checks(other, "signin-link")
    page.goto(address + link)
    page.get_by_role("button", name="Logga in").click()
    other.get_by_role("button", name="Logga in").click()
    page_checks(other, "signin-spent")
