"""One patient's pages opened in an emergency, as whoever does it, the patient and the log reviewer see it on a small phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page

from shared.db import Database
from tests.browser.conftest import served, sign_in
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic, staff
from tests.support.services import make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]
HERE = "/contract/break-glass"
WHY = "Hon kom hit medvetslös, och vi måste veta vad hon tål."


@dataclass(frozen=True)
class Ward:
    """Nora of another unit, and who checks its log; Karin's agreement is in force."""

    agreed: Agreed
    address: str
    nora: UUID
    reviewer: UUID


@pytest.fixture
def ward(contract_db: Database) -> Iterator[Ward]:
    agreed = open_agreed(open_clinic(make_service("contract", contract_db))).written()
    with agreed.clinic.service.act() as ctx:
        nora = staff(ctx, "Nora Natt", agreed.clinic.other_unit, "nurse")
        reviewer = staff(ctx, "Lena Logg", agreed.clinic.other_unit, "auditor")
    with served(agreed.app) as address:
        yield Ward(agreed, address, nora, reviewer)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_B10_point_3_an_emergency_from_the_form_to_the_verdict(
    ward: Ward, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    def look(page: Page, name: str) -> None:
        page_checks(page, f"emergency-{name}-{'scripts' if scripts else 'plain'}")

    nora = sign_in(open_page(width=320, scripts=scripts), ward.address, ward.nora)
    nora.goto(f"{ward.address}/contract/agreement")
    nora.get_by_role("link", name="nödsituation").first.click()
    nora.get_by_label("Patientens personnummer").fill("19500101-1237")
    nora.get_by_label("Varför måste du se det här nu?").fill(WHY)
    look(nora, "form")
    nora.get_by_role("button", name="Öppna sidorna").click()
    nora.get_by_text("Ingen patient har det numret här.").first.wait_for()
    look(nora, "wrong")
    nora.get_by_label("Patientens personnummer").fill("19480101-0009")
    nora.get_by_role("button", name="Öppna sidorna").click()
    nora.get_by_text("60 minuter kvar.").wait_for()
    look(nora, "opened")
    nora.get_by_role("link", name="Överenskommelsen").click()
    nora.get_by_text("60 minuter kvar.").wait_for()
    look(nora, "agreement")
    nora.get_by_role("button", name="Stäng sidorna nu").click()
    nora.get_by_text("Sidorna är stängda.").wait_for()
    look(nora, "closed")

    karin = sign_in(open_page(width=320, scripts=scripts), ward.address, ward.agreed.karin)
    for part in ("**/selfcare/**", "**/notify/**"):  # other services' parts, which are not there
        karin.route(part, lambda route: route.fulfill(status=200, content_type="text/html", body="<p>–</p>"))
    karin.goto(f"{ward.address}/contract/home")
    karin.get_by_role("link", name="Se vem och varför").click()
    karin.get_by_text(WHY).wait_for()
    look(karin, "patient")
    karin.goto(f"{ward.address}/contract/looked")
    karin.get_by_text(f"I en nödsituation. De skrev: {WHY}").first.wait_for()
    look(karin, "log")

    lena = sign_in(open_page(width=320, scripts=scripts), ward.address, ward.reviewer)
    lena.goto(f"{ward.address}{HERE}/reviews")
    look(lena, "queue")
    lena.locator("table a").first.click()
    lena.get_by_label("Det måste följas upp").check()
    lena.get_by_role("button", name="Spara granskningen").click()
    look(lena, "judging")
    lena.get_by_label("Vad du fann, och vad som ska göras").fill("Jag talar med verksamhetschefen.")
    lena.get_by_role("button", name="Spara granskningen").click()
    lena.get_by_text("Följ upp").first.wait_for()
    look(lena, "judged")
