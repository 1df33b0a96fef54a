"""The pages about messages in a real browser, on a phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from services.notify.delivery.channel.domain import ACCEPTED, Fate, Outcome
from services.notify.delivery.sending.actions import send_due
from shared.db import Database
from shared.events import StaffRole, StaffRolesChanged
from shared.service import Service
from tests.browser.conftest import sign_in
from tests.services.notify.delivery.material import (
    MIRA,
    NURSE,
    UNIT,
    Counting,
    due,
    person,
    put,
    service_with_people,
    tell,
)

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = service_with_people(notify_db)
    admin = StaffRolesChanged(person_id=NURSE, roles=(StaffRole(unit_id=UNIT, role="admin"),))
    tell(service, person(NURSE, "staff", "nurse@unit.example"), admin, due())
    put(service, unit_id=UNIT, patient_id=MIRA, subject_id=uuid4(), attempt=1)
    answers = iter([ACCEPTED, Outcome(Fate.REFUSED, "rcpt_550")])
    send_due(service, {"email": Counting(lambda _mail: next(answers))})
    put(service, unit_id=UNIT)
    return service


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_sees_their_messages_and_changes_how_they_come(
    address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    page = open_page(scripts=scripts)
    sign_in(page, address, MIRA)
    page.goto(address + "/notify/my/messages")
    page.get_by_text("Vi kan inte se om det har nått dig.").wait_for()
    page_checks(page, f"delivery-messages-{scripts}")
    page.get_by_role("link", name="Ändra hur vi skriver till dig").click()
    page.get_by_label("Tyst från").fill("22:30")
    page.get_by_role("button", name="Visa ett exempel med de här valen").click()
    page_checks(page, f"delivery-settings-{scripts}")
    page.get_by_role("button", name="Spara").click()
    page.get_by_text("Sparat. Det gäller från nästa meddelande.").wait_for()
    page_checks(page, f"delivery-settings-kept-{scripts}")


@pytest.mark.parametrize("width", [360, 1100])
def test_an_admin_sees_what_reached_nobody(address: str, open_page: Opener, page_checks: Check, width: int) -> None:
    page = open_page(width=width)
    sign_in(page, address, NURSE)
    page.goto(address + "/notify/log")
    page_checks(page, f"delivery-log-{width}")
    page.get_by_role("link", name="Visa bara dem som inte nådde någon").click()
    page.get_by_text("Adressen tar inte emot e-post").wait_for()
    page_checks(page, f"delivery-log-failures-{width}")
