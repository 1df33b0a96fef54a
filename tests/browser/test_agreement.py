"""An agreement from the first word to both yeses in a real browser, as the two who make it, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page

from services.contract.next_contact.domain import Side
from shared.db import Database
from tests.browser.conftest import served
from tests.browser.test_register import enter
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.support.services import make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]
HOME = "/contract/home"


@pytest.fixture
def agreed(contract_db: Database) -> Agreed:
    return open_agreed(open_clinic(make_service("contract", contract_db)))


@pytest.fixture
def address(agreed: Agreed) -> Iterator[str]:
    with served(agreed.app) as address:
        yield address


def as_person(page: Page, agreed: Agreed, address: str, person: UUID, to: str) -> Page:
    """Signed in; the parts that other services bring to the first page are not here, and are said to be empty."""
    for part in ("**/selfcare/times/waiting", "**/notify/my/requests"):
        page.route(part, lambda route: route.fulfill(status=200, content_type="text/html", body="<p>–</p>"))
    enter(page, agreed.clinic, address, person, to)
    return page


def save(page: Page, words: str) -> None:
    page.locator("textarea").first.fill(words)
    page.get_by_role("button", name="Spara").click()
    page.get_by_text("Ni ser det båda nu.").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_two_people_make_an_agreement(
    agreed: Agreed, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    own = f"/contract/agreement/{agreed.contract}"
    karin = as_person(open_page(scripts=scripts), agreed, address, agreed.karin, HOME)
    anita = as_person(open_page(width=1280, scripts=scripts), agreed, address, agreed.clinic.anita, own)
    page_checks(karin, "agreement-home-begun")
    karin.get_by_role("link", name="Min överenskommelse").first.click()
    page_checks(karin, "agreement-empty")
    karin.get_by_role("link", name="Skriv – Vad som är viktigt för mig").click()
    page_checks(karin, "agreement-write")
    save(karin, "Jag vill orka gå till affären.\nJag vill träffa min syster på söndagar.")
    karin.get_by_role("link", name="Lägg till – Dit vill vi nå").click()
    save(karin, "Gå till affären till sommaren.")
    karin.get_by_role("link", name="Lägg till – Det här gör jag").click()
    page_checks(karin, "agreement-commit")
    save(karin, "Jag väger mig varje morgon.")
    anita.goto(address + own)
    anita.get_by_role("link", name="Skriv – Det vi har pratat om och valt").click()
    save(anita, "Hemma eller här. Karin vill vara hemma.")
    anita.get_by_role("link", name="Lägg till – Det här gör vården").click()
    save(anita, "Vi ringer dig varje fredag.")
    anita.get_by_role("link", name="Föreslå en tid").click()
    anita.get_by_label("Dag").fill("2026-11-27")
    anita.get_by_label("Tid").fill("09:00")
    page_checks(anita, "agreement-suggest")
    anita.get_by_role("button", name="Föreslå den här tiden").click()
    page_checks(anita, "agreement-suggested")
    anita.get_by_text("Ditt förslag är sparat.").wait_for()
    karin.goto(address + HOME)
    page_checks(karin, "agreement-home-suggested")
    karin.goto(address + own)
    page_checks(karin, "agreement-whole")
    karin.get_by_role("button", name="Jag säger ja").click()
    karin.get_by_text("Ditt ja är sparat.").wait_for()
    page_checks(karin, "agreement-one-yes")
    anita.goto(address + own)
    page_checks(anita, "agreement-contact")
    anita.get_by_role("button", name="Jag säger ja").click()
    anita.get_by_text("Ni har båda sagt ja.").wait_for()
    page_checks(anita, "agreement-active")
    karin.goto(address + HOME)
    page_checks(karin, "agreement-home-active")
    for path, name in ((f"{own}/paper", "paper"), (f"/contract/plan/{agreed.contract}", "plan")):
        karin.goto(address + path)
        page_checks(karin, f"agreement-{name}")


def test_a_change_after_a_yes_is_seen_by_whoever_said_it(
    agreed: Agreed, address: str, open_page: Opener, page_checks: Check
) -> None:
    agreed.written().confirms(Side.PATIENT)
    karin = as_person(open_page(), agreed, address, agreed.karin, f"/contract/agreement/{agreed.contract}")
    agreed.promises(Side.CARE, "Vi skickar en taxi.")
    karin.get_by_role("button", name="Jag vill ändra något").click()
    karin.get_by_text("Därför gäller inte ja från Karin Ek längre.").wait_for()
    page_checks(karin, "agreement-lapsed")
    agreed.promises(Side.CARE, "Vi ringer igen.")
    karin.get_by_role("button", name="Jag säger ja").click()
    karin.get_by_text("Texten ändrades medan du läste.").first.wait_for()
    page_checks(karin, "agreement-stale")
    karin.get_by_role("button", name="Jag säger ja").click()
    karin.get_by_text("Ditt ja är sparat.").wait_for()


def test_an_admin_sees_how_far_the_agreements_are(
    agreed: Agreed, address: str, open_page: Opener, page_checks: Check
) -> None:
    agreed.written()
    for width in (360, 1280):
        admin = as_person(open_page(width=width), agreed, address, agreed.clinic.admin, HOME)
        page_checks(admin, f"agreement-admin-{width}")
