"""Signing in once more: what was typed comes back to who typed it, once, and how somebody showed who they are is kept."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.contract.delegates import store as delegates
from services.contract.people import actions as people
from services.contract.signin import actions
from services.contract.signin.sessions.tables import SigninSession
from shared.auth import COOKIE_NAME, SignedIn, read_cookie
from shared.db import Database
from shared.service import Service
from shared.text import LIX_AIM, judge
from tests.services.contract.agreement.test_words import sentences
from tests.support.services import PUBLIC, make_app, make_service

NEW = "/contract/delegates/new"
LATE = timedelta(minutes=5, seconds=1)


@pytest.fixture
def browser(contract: Service) -> FlaskClient:
    return make_app(contract).test_client()


@pytest.fixture
def esther(contract: Service) -> UUID:
    return register(contract, "patient", "19500101-0007")


def register(contract: Service, kind: str, identity: str) -> UUID:
    with contract.act() as ctx:
        return people.save_person(ctx, kind=kind, name="Esther Lindqvist", identity=identity)


def enter(contract: Service, browser: FlaskClient, person: UUID, next_path: str = "/contract/home") -> str | None:
    """Sign in by a link; where it leads."""
    with contract.act() as ctx:
        link = actions.mint_link(ctx, person, next_path)
    return browser.post(link).location


def said_by(browser: FlaskClient) -> SignedIn:
    cookie = browser.get_cookie(COOKIE_NAME)
    said = read_cookie((PUBLIC,), cookie.value if cookie else "")
    assert said
    return said


def grow_old(contract: Service, browser: FlaskClient, by: timedelta = LATE) -> None:
    """Let the session's person have shown who they are that much earlier, and the browser hear of it."""
    mine = SigninSession.id == said_by(browser).session_id
    with contract.database.begin() as session:
        session.execute(sa.update(SigninSession).where(mine).values(vouched_at=SigninSession.vouched_at - by))
    assert browser.get("/contract/signin/renew").status_code == 307


def fields_of(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to ``action``."""
    (form,) = re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>', text, re.DOTALL)
    return {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


def frame_of(text: str) -> dict[str, str]:
    found = re.findall(r'name="(form_\w+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def invited(contract: Service, patient: UUID) -> int:
    with contract.act() as ctx:
        return len(delegates.of_patient(ctx.session, patient))


def typed(browser: FlaskClient) -> dict[str, str]:
    """The form as it stood open when five minutes had gone, filled in."""
    open_page = browser.get(NEW)
    assert open_page.status_code == 200
    return {**frame_of(open_page.text), "name": "Maria af Ugglas", "relation": "my daughter", "scopes": "see_times"}


def test_an_invitation_from_an_old_session_is_done_once_after_signing_in_again(
    contract: Service, browser: FlaskClient, esther: UUID
) -> None:
    enter(contract, browser, esther)
    first, form = said_by(browser).session_id, typed(browser)
    grow_old(contract, browser)
    asked = browser.post(NEW, data=form)
    assert asked.location == "/contract/signin?again=1&why=delegation&next=/contract/kept&instead=/contract/kept"
    assert invited(contract, esther) == 0
    page = browser.get(f"{asked.location}&language=en")
    assert page.status_code == 200, "somebody signed in is not sent on"
    assert "Sign in once more" in page.text
    assert "This changes who may act for you." in page.text
    assert "What you have written is kept." in page.text
    nothing_typed = browser.get("/contract/signin?again=1&next=/contract/home&language=en").text
    assert "What you have written is kept" not in nothing_typed
    assert enter(contract, browser, esther, "/contract/home") == "/contract/kept"
    assert said_by(browser).session_id != first
    with contract.act() as ctx:
        assert contract.directory.session_ended(ctx.session, first)
    again = fields_of(browser.get("/contract/kept").text, NEW)
    for _ in range(2):
        assert browser.post(NEW, data=again).location == "/contract/delegates"
    assert invited(contract, esther) == 1
    assert "af Ugglas" not in browser.get("/contract/kept").text


def test_somebody_else_who_signs_in_sees_nothing_of_it(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    other = register(contract, "patient", "19500101-1237")
    enter(contract, browser, esther)
    first, form = said_by(browser).session_id, typed(browser)
    grow_old(contract, browser)
    browser.post(NEW, data=form)
    enter(contract, browser, other)
    with contract.act() as ctx:
        assert contract.directory.session_ended(ctx.session, first)
    assert "Ugglas" not in browser.get("/contract/kept").text
    browser.post(NEW, data=form)
    assert "Ugglas" not in browser.get("/contract/kept").text
    assert (invited(contract, esther), invited(contract, other)) == (0, 0)


def test_renewing_the_cookie_shows_nobody_anew(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    enter(contract, browser, esther)
    before = said_by(browser)
    grow_old(contract, browser, timedelta(minutes=5))
    assert 299 <= before.vouched_at - said_by(browser).vouched_at <= 301
    browser.post("/contract/signin/stay")
    assert 299 <= before.vouched_at - said_by(browser).vouched_at <= 301


@pytest.mark.parametrize("demo", [False, True])
def test_a_link_is_enough_for_staff_in_a_demonstration_alone(contract_db: Database, demo: bool) -> None:
    service = make_service("contract", contract_db, demo=demo)
    nurse, browser = register(service, "staff", "SE2321000016-1A2B"), make_app(service).test_client()
    enter(service, browser, nurse)
    said = said_by(browser)
    assert (said.strong, said.vouched("staff", said.issued_at)) == (demo, demo)
    text = browser.get("/contract/signin?again=1&why=person&language=en").text
    assert "This changes how somebody is reached." in text
    assert ("There is no way to sign in here that is good enough." in text) is not demo
    assert "link that works once" not in text


def test_the_page_says_in_swedish_why_and_leads_nowhere_else(
    contract: Service, browser: FlaskClient, esther: UUID
) -> None:
    enter(contract, browser, esther)
    text = browser.get("/contract/signin?again=1&why=%3Cscript%3E&next=//evil.example").text.split("<main")[1]
    assert "Logga in en gång till" in text
    assert "Det här går bara för den som nyss har loggat in." in text
    assert "evil" not in text
    assert "<script>" not in text.split("</main>")[0]
    assert browser.get("/contract/signin?next=/contract/agreement").location == "/contract/agreement"


@pytest.mark.parametrize("why", ["delegation", "person", "person_import", "export", ""])
def test_the_page_is_easy_to_read(contract: Service, browser: FlaskClient, esther: UUID, why: str) -> None:
    enter(contract, browser, esther)
    page = browser.get(f"/contract/signin?again=1&why={why}").text
    assert judge(sentences(page), "sv").score <= LIX_AIM


def not_now(browser: FlaskClient, address: str) -> str:
    (found,) = re.findall(r'href="([^"]*)">Not now<', browser.get(f"{address}&language=en").text)
    return html.unescape(found)


@pytest.mark.parametrize(
    ("page", "leads"),
    [
        ("/contract/delegates?after=1", "/contract/delegates?after=1"),
        (f"{NEW}?step=2", "/contract/kept"),
        ("/contract/signin?again=1", "/contract/kept"),
        ("/notify/worklist", "/notify/worklist"),
    ],
    ids=["where it stood", "which asks as well", "from signing in", "of another service"],
)
def test_who_would_rather_not_is_back_where_they_were_and_what_was_typed_is_kept(
    contract: Service, browser: FlaskClient, esther: UUID, page: str, leads: str
) -> None:
    enter(contract, browser, esther)
    form = typed(browser)
    grow_old(contract, browser)
    asked = browser.post(NEW, data=form, headers={"Referer": f"http://localhost{page}"}).location
    assert not_now(browser, asked) == leads
    assert "af Ugglas" in browser.get("/contract/kept").text
    looking = browser.get("/contract/looked/file.csv", headers={"Referer": "http://localhost/contract/looked"})
    assert not_now(browser, looking.location) == "/contract/looked"


@pytest.mark.parametrize("planted", ["//evil.example", "https://evil.example/x", "javascript:alert(1)", ""])
def test_not_now_leads_nowhere_else(contract: Service, browser: FlaskClient, esther: UUID, planted: str) -> None:
    enter(contract, browser, esther)
    form = typed(browser)
    address = "/contract/signin?again=1&next=/contract/kept"
    assert not_now(browser, f"{address}&instead={planted}") == "/contract/home"
    grow_old(contract, browser)
    asked = browser.post(NEW, data=form, headers={"Referer": f"http://{planted}/contract/looked"}).location
    assert not_now(browser, asked) == "/contract/kept"
