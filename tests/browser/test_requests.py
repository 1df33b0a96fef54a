"""One question in a real browser, on a phone: asked, read, answered, and asked whether that was an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from shared.db import Database
from shared.service import Service
from tests.browser.conftest import sign_in
from tests.services.notify.requests import world
from tests.services.notify.requests.world import ADMIN, ESTHER, LISA, attention, hear, settled
from tests.support.services import set_clock

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = settled(notify_db)
    urgent = attention(kind="wants_to_come_in", priority="urgent", reason_key="admission.wants_to_come_in")
    hear(service, attention(), urgent, world.delegate("message_contact"), world.dead(world.EMIL))
    return service


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_is_asked_read_answered_and_confirmed(
    address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    patient = sign_in(open_page(scripts=scripts), address, ESTHER)
    patient.goto(address + "/notify/ask")
    page_checks(patient, f"requests-ill-{scripts}")
    patient.get_by_role("link", name="Ja", exact=True).click()
    page_checks(patient, f"requests-ring-{scripts}")
    patient.get_by_role("link", name="Tillbaka").click()
    patient.get_by_role("link", name="Nej, jag vill fråga något").click()
    patient.get_by_role("button", name="Skicka frågan").click()
    page_checks(patient, f"requests-ask-errors-{scripts}")
    patient.get_by_label("Din fråga").fill("Får jag äta lakrits?")
    patient.get_by_label("Jag behöver svar snart").check()
    page_checks(patient, f"requests-ask-{scripts}")
    patient.get_by_role("button", name="Skicka frågan").click()
    patient.get_by_text("Vi har din fråga.").wait_for()
    page_checks(patient, f"requests-mine-{scripts}")

    nurse = sign_in(open_page(scripts=scripts), address, LISA)
    nurse.goto(address + "/notify/worklist")
    page_checks(nurse, f"requests-worklist-{scripts}")
    nurse.locator(f"a[href$='{patient.url.rpartition('/')[2]}']").click()
    nurse.get_by_role("button", name="Jag har läst det här").click()
    page_checks(nurse, f"requests-one-{scripts}")
    nurse.get_by_label("Ditt svar").fill("Lakrits är inte bra för ditt hjärta.")
    nurse.get_by_role("button", name="Se hur det är att läsa").click()
    nurse.get_by_text("Texten är för kort att bedöma").wait_for()
    page_checks(nurse, f"requests-hint-{scripts}")
    nurse.get_by_role("button", name="Skicka svaret").click()
    nurse.get_by_text("Patienten får veta att det finns ett svar").wait_for()

    patient.reload()
    patient.get_by_text("Lakrits är inte bra för ditt hjärta.").wait_for()
    page_checks(patient, f"requests-answered-{scripts}")
    patient.get_by_role("button", name="Ja", exact=True).click()
    patient.get_by_text("Bra. Frågan är stängd.").wait_for()


@pytest.mark.parametrize("width", [360, 1100])
def test_lists_counts_and_being_late(
    address: str, service: Service, open_page: Opener, page_checks: Check, width: int
) -> None:
    patient = sign_in(open_page(width=width), address, ESTHER)
    patient.goto(address + "/notify/my/requests")
    patient.get_by_text("Vi har inte nått någon än").wait_for()
    page_checks(patient, f"requests-list-{width}")
    admin = sign_in(open_page(width=width), address, ADMIN)
    admin.goto(address + "/notify/overview")
    page_checks(admin, f"requests-overview-{width}")
    set_clock(service, world.swedish("2026-11-27 22:00"))
    patient.reload()
    patient.get_by_text("Vi är sena").first.wait_for()
    page_checks(patient, f"requests-late-{width}")
    nurse = sign_in(open_page(width=width), address, LISA)
    nurse.goto(address + "/notify/worklist?list=unit")
    page_checks(nurse, f"requests-unit-{width}")
