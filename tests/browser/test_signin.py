"""Signing in by other people's providers in a real browser: out, vouched for, back, and on to where one was going."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from deploy import ports
from services.contract.people import actions as people
from services.contract.signin.codes.tables import SigninCode
from services.contract.signin.oidc import actions
from services.contract.units import actions as units
from shared import auth
from shared.db import Database
from shared.providers import Provider
from shared.service import Service
from tests.browser.conftest import served
from tests.services.contract.clinic import open_clinic
from tests.support.node import with_tools
from tests.support.services import PUBLIC, make_app, make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]
TOOLS = Path(__file__).parents[1] / "support" / "oidc"
CLIENT, SECRET = "samkontrakt", "Vq3xTz8LmN2rKd7W+bYc5/Hj9P"
NUMBER, HSA = "personalIdentityNumber", "employeeHsaId"
ESTHER, NURSE = "19500101-1237", "SE2321000016-1A2B"
ONWARD = "/contract/plain/where?they=were"


@dataclass(frozen=True)
class House:
    """Contract at an address that a provider knows."""

    service: Service
    address: str

    def register(self, kind: str, identity: str) -> UUID:
        with self.service.act() as ctx:
            return people.save_person(ctx, kind=kind, name="Esther Lindqvist", identity=identity)


@contextmanager
def provider(script: str, *arguments: Any) -> Iterator[str]:
    """Other people's provider at an address of its own."""
    told = [json.dumps(argument) for argument in arguments]
    running = subprocess.Popen(
        [with_tools(TOOLS), script, *told], cwd=TOOLS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdin
    assert running.stdout
    try:
        yield running.stdout.readline().strip()
    finally:
        running.stdin.close()
        running.wait(10)


@contextmanager
def house(database: Database, port: int, *issuers: str) -> Iterator[House]:
    claims = {"patient": NUMBER, "delegate": NUMBER, "staff": HSA}
    known = tuple(
        Provider(
            id=f"door-{number}",
            name=f"E-legitimation {number}",
            issuer=issuer,
            client_id=CLIENT,
            client_secret=SECRET,
            claims=claims if number == 1 else {"patient": NUMBER},
            scope="openid profile",
            acr=(),
            hosts=frozenset({urlsplit(issuer).netloc}),
        )
        for number, issuer in enumerate(issuers, 1)
    )
    service = make_service("contract", database, providers=known, public_url=f"http://127.0.0.1:{port}")
    with served(make_app(service), port) as address:
        yield House(service, address)
    actions.peer.cache_clear()


def client_at(port: int) -> Mapping[str, Any]:
    back = f"http://127.0.0.1:{port}/contract/signin/oidc/back"
    return {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [back]}


def who(page: Page) -> UUID | None:
    kept = [cookie.get("value", "") for cookie in page.context.cookies() if cookie.get("name") == auth.COOKIE_NAME]
    signed_in = auth.read_cookie((PUBLIC,), kept[0]) if kept else None
    return signed_in.person_id if signed_in else None


def vouch(page: Page, login: str) -> None:
    """Say who one is at the certified provider, and agree."""
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


@pytest.mark.full
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_certified_provider_lets_in_patient_helper_and_nurse_and_nobody_else(
    contract_db: Database, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    port = ports.choose(["house"], {})["house"]
    known = {"esther": {NUMBER: ESTHER, HSA: NURSE}, "nils": {NUMBER: "19460823-9986"}}
    with provider("certified.mjs", client_at(port), known) as issuer, house(contract_db, port, issuer) as here:
        for kind, identity, number in (("patient", ESTHER, 0), ("delegate", ESTHER, 1), ("staff", NURSE, 2)):
            person, page = here.register(kind, identity), open_page(width=320, scripts=scripts)
            page.goto(f"{here.address}/contract/signin?language=sv&next={ONWARD}")
            page_checks(page, "signin-ways")
            page.get_by_role("link", name="E-legitimation").nth(number).click()
            vouch(page, "esther")
            page.wait_for_url(here.address + ONWARD)
            assert who(page) == person
        again_by_the_provider(page, here.address, page_checks)
        assert who(page) == person
        stranger = open_page(width=320, scripts=scripts)
        stranger.goto(f"{here.address}/contract/signin?language=sv")
        stranger.get_by_role("link", name="E-legitimation").first.click()
        vouch(stranger, "nils")
        stranger.get_by_text("ring din mottagning").wait_for()
        page_checks(stranger, "signin-unknown")
        assert who(stranger) is None


def again_by_the_provider(page: Page, address: str, page_checks: Check) -> None:
    """Who is signed in here and there shows who they are all the same."""
    page.goto(f"{address}/contract/signin?again=1&why=person&language=sv&next={ONWARD}")
    page_checks(page, "signin-again")
    page.get_by_role("link", name="E-legitimation").click()
    page.get_by_placeholder("Enter any login").fill("esther")
    page.get_by_placeholder("and password").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.wait_for_url(address + ONWARD)


@pytest.mark.full
def test_whoever_breaks_off_at_the_provider_is_told_how_to_go_on(
    contract_db: Database, open_page: Opener, page_checks: Check
) -> None:
    port = ports.choose(["house"], {})["house"]
    with provider("certified.mjs", client_at(port), {}) as issuer, house(contract_db, port, issuer) as here:
        page = open_page(width=320)
        page.goto(f"{here.address}/contract/signin?language=sv&next={ONWARD}")
        page.get_by_role("link", name="E-legitimation").first.click()
        page.get_by_role("link", name="[ Cancel ]").click()
        page.get_by_text("Inloggningen avbröts").wait_for()
        page_checks(page, "signin-broken-off")
        page.get_by_role("link", name="Sätt att logga in").click()
        assert "they%3Dwere" in (page.get_by_role("link", name="E-legitimation").first.get_attribute("href") or "")


@pytest.mark.full
def test_another_provider_speaks_the_same_language(contract_db: Database, open_page: Opener) -> None:
    port = ports.choose(["house"], {})["house"]
    with provider("willing.mjs", {}, {NUMBER: ESTHER}) as issuer, house(contract_db, port, issuer) as here:
        esther, page = here.register("patient", ESTHER), open_page()
        page.goto(f"{here.address}/contract/signin?language=sv&next={ONWARD}")
        page.get_by_role("link", name="E-legitimation").first.click()
        page.wait_for_url(here.address + ONWARD)
        assert who(page) == esther


@pytest.mark.full
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_patient_signs_in_by_the_code_in_the_mail(
    contract_db: Database, open_page: Opener, page_checks: Check, scripts: bool
) -> None:
    clinic = open_clinic(make_service("contract", contract_db))
    with clinic.service.act() as ctx:
        esther = people.save_person(ctx, kind="patient", name="Esther", identity=ESTHER, email="esther@example.org")
        people.know_at(ctx, esther, clinic.unit)
        units.let_sign_in_by_code(ctx, clinic.unit, True)
    page = open_page(width=320, scripts=scripts)
    with served(make_app(clinic.service)) as address:
        page.goto(f"{address}/contract/signin?language=sv&next={ONWARD}")
        page_checks(page, "signin-start")
        page.get_by_role("link", name="Skicka en kod till mig").click()
        page_checks(page, "signin-code-ask")
        page.get_by_role("button", name="Skicka en kod till mig").click()
        page_checks(page, "signin-code-ask-errors")
        page.get_by_label("Ditt personnummer").fill(ESTHER)
        page.get_by_role("button", name="Skicka en kod till mig").click()
        page_checks(page, "signin-code-enter")
        page.get_by_label("Koden i mejlet").fill("12")
        page.get_by_role("button", name="Logga in").click()
        page_checks(page, "signin-code-errors")
        with clinic.service.database.begin() as session:
            asked = session.scalars(sa.select(SigninCode)).one()
        page.get_by_label("Koden i mejlet").fill(
            auth.signin_code(clinic.service.config.pair_secrets["notify"][0], asked.id)
        )
        page.get_by_role("button", name="Logga in").click()
        page.wait_for_url(address + ONWARD)
        assert who(page) == esther
        page.goto(f"{address}/contract/signin/code/l/forged")
        page_checks(page, "signin-code-elsewhere")
