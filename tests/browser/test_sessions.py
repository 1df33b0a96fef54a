"""A session about to run out, in a browser: said aloud, gone on with by one key, and what was typed comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from services.contract.signin.sessions import actions as sessions
from services.contract.signin.sessions.tables import SigninSession
from shared.db import Database
from tests.browser.conftest import served
from tests.browser.test_register import enter
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.services import make_app, make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]


@dataclass(frozen=True)
class Desk:
    """A clinic's pages, and a hand on its sessions."""

    clinic: Clinic
    address: str

    def unused_for(self, minutes: int) -> None:
        """Let every session have been used so long ago."""
        with self.clinic.service.database.begin() as session:
            moved = SigninSession.seen_at - timedelta(minutes=minutes)
            session.execute(sa.update(SigninSession).values(seen_at=moved))

    def end_all_of(self, person: UUID) -> None:
        with self.clinic.service.act() as ctx:
            sessions.end_all(ctx, person)


@pytest.fixture
def desk(contract_db: Database) -> Iterator[Desk]:
    clinic = open_clinic(make_service("contract", contract_db))
    with served(make_app(clinic.service)) as address:
        yield Desk(clinic, address)


@pytest.mark.full
def test_the_page_warns_before_and_a_key_goes_on(desk: Desk, open_page: Opener, page_checks: Check) -> None:
    page = open_page(width=320)
    enter(page, desk.clinic, desk.address, desk.clinic.esther, "/contract/devices")
    page.clock.install()
    page.goto(f"{desk.address}/contract/devices")
    page_checks(page, "devices")
    box = page.get_by_role("alertdialog")
    expect(box).to_be_hidden()
    desk.unused_for(56)
    page.clock.fast_forward("56:00")
    expect(box).to_be_visible()
    expect(box).to_contain_text("inom fem minuter")
    expect(page.get_by_role("button", name="Fortsätt vara inloggad")).to_be_focused()
    page_checks(page, "devices-warned")
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    page.clock.fast_forward("50:00")
    expect(box).to_be_hidden()


@pytest.mark.full
def test_what_was_typed_comes_back_when_the_session_ended_elsewhere(
    desk: Desk, open_page: Opener, page_checks: Check
) -> None:
    page, clinic = open_page(width=320), desk.clinic
    enter(page, clinic, desk.address, clinic.admin, "/contract/people")
    page.clock.install()
    page.goto(f"{desk.address}/contract/people/new")
    page.get_by_label("Namn").fill("Nils Ny Persson")
    desk.end_all_of(clinic.admin)
    page.clock.fast_forward("28:00")
    page.wait_for_url("**/contract/signin?next=/contract/kept")
    enter(page, clinic, desk.address, clinic.admin, "/contract/kept")
    expect(page.locator("main")).to_contain_text("Nils Ny Persson")
    page_checks(page, "kept")
    page.get_by_role("button", name="Skicka det jag skrev").click()
    expect(page.get_by_label("Namn")).to_have_value("Nils Ny Persson")


def test_without_scripts_the_page_says_until_when(desk: Desk, open_page: Opener, page_checks: Check) -> None:
    page = open_page(scripts=False)
    enter(page, desk.clinic, desk.address, desk.clinic.esther, "/contract/devices")
    expect(page.locator("footer")).to_contain_text("loggas du ut kl.")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page_checks(page, "devices-without-scripts")
