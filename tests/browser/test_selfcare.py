"""Self-care's pages in a real browser, on a phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from services.selfcare.admission.actions import plan_stay
from services.selfcare.dialysis.actions import set_pattern
from services.selfcare.reminders.claim.actions import claim_due
from shared.auth import answer_token
from shared.db import Database
from shared.service import Service
from tests.browser.conftest import sign_in
from tests.services.selfcare.world import CONTRACT, ESTHER, LISA, UNIT, ZONE, agreed, hear, reminders, settle
from tests.support.services import make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, agreed("2026-11-26 09:00"))
    here: dict[str, Any] = {"patient_id": ESTHER, "contract_id": CONTRACT, "unit_id": UNIT, "zone": ZONE}
    with service.act() as ctx:
        first = datetime.fromisoformat("2026-11-23 08:00")
        set_pattern(ctx, rule="FREQ=WEEKLY;BYDAY=MO,WE,FR", start_local=first, minutes=240, **here)
        plan_stay(ctx, starts_local=datetime.fromisoformat("2026-11-24 10:00"), nights=3, **here)
    claim_due(service)
    return service


def link(service: Service) -> str:
    (asked,) = [row for row in reminders(service) if row.answer_until]
    return f"/selfcare/a/{answer_token(service.config.pair_secrets['notify'][0], asked.id, ESTHER)}"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_link_is_opened_answered_changed_and_judged(
    service: Service, address: str, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    page = open_page(scripts=scripts)
    page.goto(address + link(service))
    page_checks(page, f"selfcare-question-{scripts}")
    page.get_by_role("button", name="Jag kan inte komma").click()
    page.get_by_text("Du svarade:").wait_for()
    page_checks(page, f"selfcare-answered-no-{scripts}")
    page.get_by_role("button", name="Ja, den passar").click()
    page.get_by_text("Du behöver inte göra något mer.").wait_for()
    page_checks(page, f"selfcare-answered-yes-{scripts}")


def test_a_closed_question_is_sound(address: str, open_page: Opener, page_checks: Check) -> None:
    page = open_page()
    page.goto(f"{address}/selfcare/a/nonsense")
    page_checks(page, "selfcare-closed")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path",
    ["/selfcare/times", "/selfcare/times/waiting", "/selfcare/dialysis", "/selfcare/admission", "/selfcare/looked"],
)
def test_a_patients_page_is_sound(address: str, open_page: Opener, page_checks: Check, path: str, width: int) -> None:
    page = open_page(width=width)
    sign_in(page, address, ESTHER)
    page.goto(address + path)
    page_checks(page, f"{path.strip('/').replace('/', '-')}-{width}")


def test_asking_to_come_in_without_scripts(address: str, open_page: Opener, page_checks: Check) -> None:
    page = open_page(scripts=False)
    sign_in(page, address, ESTHER)
    page.goto(f"{address}/selfcare/admission")
    page.get_by_role("button", name="Jag behöver komma in").click()
    page.get_by_text("En person ringer dig före").wait_for()
    assert urlsplit(page.url).path == "/selfcare/admission"
    page_checks(page, "selfcare-admission-asked")


def test_the_named_contacts_page_is_sound(address: str, open_page: Opener, page_checks: Check) -> None:
    page = open_page(width=1280)
    sign_in(page, address, LISA)
    page.goto(f"{address}/selfcare/times/{ESTHER}")
    page_checks(page, "selfcare-of-patient")
