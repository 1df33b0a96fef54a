"""One-use links, sessions that end, and what a mail scanner or a stranger gets: nothing."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.contract.people import actions as people
from services.contract.signin import actions
from services.contract.signin.sessions import actions as sessions
from services.contract.signin.sessions.domain import over
from services.contract.signin.sessions.tables import SigninSession
from services.contract.signin.tables import SigninLink
from shared.auth import COOKIE_NAME, COOKIE_SECONDS, form_owner, form_token, read_cookie, sign_cookie
from shared.db import Database
from shared.errors import NotFound, Refused
from shared.service import Service
from tests.support.services import PRIVATE, PUBLIC, make_app, make_service, told

AT = datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.fixture
def browser(contract: Service) -> FlaskClient:
    return make_app(contract).test_client()


@pytest.fixture
def esther(contract: Service) -> UUID:
    with contract.act() as ctx:
        return people.save_person(ctx, kind="patient", name="Esther Lindqvist", identity="19500101-0007")


def link_for(contract: Service, person: UUID, next_path: str = "/contract/home", minutes: int = 10) -> str:
    with contract.act() as ctx:
        return actions.mint_link(ctx, person, next_path, minutes)


def cookie_of(browser: FlaskClient) -> str | None:
    kept = browser.get_cookie(COOKIE_NAME)
    return kept.value if kept else None


def session_of(browser: FlaskClient) -> UUID:
    signed_in = read_cookie((PUBLIC,), cookie_of(browser) or "")
    assert signed_in
    return signed_in.session_id


def age(contract: Service, session_id: UUID, **moved: timedelta) -> None:
    """Let the session have been seen, or have begun, that much earlier."""
    columns = {name: getattr(SigninSession, name) - by for name, by in moved.items()}
    with contract.database.begin() as session:
        session.execute(sa.update(SigninSession).where(SigninSession.id == session_id).values(columns))


def old_cookie(browser: FlaskClient, session_id: UUID, person: UUID) -> None:
    earlier = time.time() - COOKIE_SECONDS - 1
    browser.set_cookie(COOKIE_NAME, sign_cookie(PRIVATE, session_id, person, earlier))


def enter(contract: Service, browser: FlaskClient, person: UUID) -> UUID:
    browser.post(link_for(contract, person))
    return session_of(browser)


def test_a_link_opens_one_session_once(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    path = link_for(contract, esther, "/contract/agreement")
    answer = browser.post(path)
    assert (answer.status_code, answer.location) == (303, "/contract/agreement")
    signed_in = read_cookie((PUBLIC,), cookie_of(browser) or "")
    assert signed_in
    assert signed_in.person_id == esther
    assert make_app(contract).test_client().post(path).status_code == 410


def test_looking_at_a_link_does_not_spend_it(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    path = link_for(contract, esther)
    for _ in range(3):
        assert browser.get(path).status_code == 200
        assert browser.head(path).status_code == 200
    assert cookie_of(browser) is None
    assert browser.post(path).status_code == 303


def test_P37_a_stolen_database_opens_nothing(contract: Service, esther: UUID) -> None:
    code = link_for(contract, esther).rsplit("/", 1)[1]
    assert len(code) >= 22
    with contract.database.begin() as session:
        kept = session.scalars(sa.select(SigninLink)).one()
    assert code not in kept.code_hash


def test_a_link_ends_by_the_real_clock_not_the_demo_clock(contract: Service, esther: UUID) -> None:
    path = link_for(contract, esther, minutes=0)
    with contract.act() as ctx, pytest.raises(Refused):
        actions.consume(ctx, path.rsplit("/", 1)[1])


def test_only_one_of_two_at_once_gets_in(contract: Service, esther: UUID) -> None:
    code = link_for(contract, esther).rsplit("/", 1)[1]
    with contract.act() as first:
        assert actions.consume(first, code).person_id == esther
    with contract.act() as second, pytest.raises(Refused):
        actions.consume(second, code)


def test_the_cookie_is_kept_from_scripts_and_other_sites(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    cookie = browser.post(link_for(contract, esther)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(contract_db: Database, esther: UUID) -> None:
    secure = make_service("contract", contract_db, public_url="https://samkontrakt.example")
    browser = make_app(secure).test_client()
    cookie = browser.post(link_for(secure, esther), base_url="https://samkontrakt.example").headers["Set-Cookie"]
    assert cookie.startswith(f"__Host-{COOKIE_NAME}=")
    assert "; Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_no_link_leads_away_from_here(contract: Service, browser: FlaskClient, esther: UUID, away: str) -> None:
    assert browser.post(link_for(contract, esther, away)).location == "/contract/home"
    assert browser.get("/contract/signin/renew", query_string={"next": away}).location == "/contract/home"


def test_nobody_signs_in_as_somebody_dead_or_unknown(contract: Service, esther: UUID) -> None:
    code = link_for(contract, esther).rsplit("/", 1)[1]
    with contract.act() as ctx:
        people.register_death(ctx, esther, date(2026, 11, 20))
    with contract.act() as ctx, pytest.raises(Refused):
        actions.consume(ctx, code)
    for nobody in (esther, uuid4()):
        with contract.act() as ctx, pytest.raises(NotFound):
            actions.mint_link(ctx, nobody)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_standing_session_is_renewed_and_the_form_arrives_whole(
    contract: Service, browser: FlaskClient, esther: UUID, method: str
) -> None:
    old_cookie(browser, enter(contract, browser, esther), esther)
    before = cookie_of(browser)
    path = "/contract/signin/renew?next=/selfcare/times%3Fpage%3D2"
    answer = browser.open(path, method=method, data={"words": "hello"} if method == "POST" else None)
    assert (answer.status_code, answer.location) == (307, "/selfcare/times?page=2")
    assert cookie_of(browser) != before


@pytest.mark.parametrize(
    "moved",
    [{"seen_at": timedelta(minutes=61)}, {"started_at": timedelta(hours=13)}],
    ids=["idle", "too long"],
)
def test_a_session_that_has_run_out_is_not_renewed(
    contract: Service, browser: FlaskClient, esther: UUID, moved: dict[str, timedelta]
) -> None:
    age(contract, enter(contract, browser, esther), **moved)
    answer = browser.get("/contract/signin/renew?next=/selfcare/times")
    assert (answer.status_code, answer.location) == (303, "/contract/signin?next=/selfcare/times")
    assert cookie_of(browser) is None
    assert told(contract).count("se.samkontrakt.contract.session.ended.v1") == 2


def test_a_form_that_comes_too_late_is_given_back_after_signing_in_again(
    contract: Service, browser: FlaskClient, esther: UUID
) -> None:
    session_id = enter(contract, browser, esther)
    age(contract, session_id, seen_at=timedelta(minutes=61))
    old_cookie(browser, session_id, esther)
    keys = contract.config.form_keys
    form = {"form_token": form_token(keys[0], session_id), "form_owner": form_owner(keys, esther)}
    form |= {"part": "care", "words": "Two words"}
    to_renew = browser.post("/contract/delegates/new", data=form)
    assert (to_renew.status_code, to_renew.location) == (307, "/contract/signin/renew?next=/contract/delegates/new")
    whole = browser.post(to_renew.location, data=form)
    assert (whole.status_code, whole.location) == (307, "/contract/delegates/new")
    assert cookie_of(browser) is None
    kept = browser.post(whole.location, data=form)
    assert (kept.status_code, kept.location) == (303, "/contract/signin?next=/contract/kept")
    assert "What you wrote is kept." in browser.get(f"{kept.location}&language=en").text
    again = browser.post(link_for(contract, esther, "/contract/agreement"))
    assert again.location == "/contract/kept", "whatever way somebody signs in"
    assert "Two words" in browser.get(again.location).text


@pytest.mark.parametrize(("method", "used"), [("GET", False), ("POST", True)])
def test_a_part_of_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    contract: Service, browser: FlaskClient, esther: UUID, method: str, used: bool
) -> None:
    session_id = enter(contract, browser, esther)
    age(contract, session_id, seen_at=timedelta(minutes=40))
    old_cookie(browser, session_id, esther)
    answer = browser.open("/contract/signin/renew?next=/x", method=method, headers={"HX-Request": "true"})
    assert answer.status_code == 307
    signed_in = read_cookie((PUBLIC,), cookie_of(browser) or "")
    assert signed_in
    assert signed_in.fresh
    assert (signed_in.until - time.time() > 30 * 60) == used


def test_an_ended_session_is_not_renewed_even_with_its_cookie(
    contract: Service, browser: FlaskClient, esther: UUID
) -> None:
    session_id, cookie = enter(contract, browser, esther), cookie_of(browser)
    with contract.act() as ctx:
        sessions.end_session(ctx, session_id)
    browser.set_cookie(COOKIE_NAME, cookie or "")
    assert browser.get("/contract/signin/renew").status_code == 303


def test_a_forged_cookie_renews_nothing(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    enter(contract, browser, esther)
    browser.set_cookie(COOKIE_NAME, (cookie_of(browser) or "")[:-4] + "AAAA")
    assert browser.get("/contract/signin/renew").status_code == 303


def test_signing_out_takes_a_button_and_is_told(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    session_id = enter(contract, browser, esther)
    page = browser.get("/contract/signin/out").get_data(as_text=True)
    assert cookie_of(browser)
    token = page.split('name="form_token" value="')[1].split('"')[0]
    answer = browser.post("/contract/signin/out", data={"form_token": token})
    assert answer.status_code == 303
    assert cookie_of(browser) is None
    with contract.act() as ctx:
        assert contract.directory.session_ended(ctx.session, session_id)


def test_signing_in_anew_ends_the_session_before(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    first = enter(contract, browser, esther)
    path = link_for(contract, esther)
    token = browser.get(path).get_data(as_text=True).split('name="form_token" value="')[1].split('"')[0]
    browser.post(path, data={"form_token": token})
    assert session_of(browser) != first
    with contract.act() as ctx:
        assert contract.directory.session_ended(ctx.session, first)


def test_another_site_can_not_sign_anybody_in(contract: Service, browser: FlaskClient, esther: UUID) -> None:
    answer = browser.post(link_for(contract, esther), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert cookie_of(browser) is None


def test_a_stranger_is_told_how_to_sign_in_in_both_languages(browser: FlaskClient) -> None:
    assert "Logga in" in browser.get("/contract/signin").get_data(as_text=True)
    assert "Sign in" in browser.get("/contract/signin?language=en").get_data(as_text=True)


@pytest.mark.parametrize(
    ("kind", "idle", "why"),
    [
        ("staff", timedelta(minutes=29), None),
        ("staff", timedelta(minutes=30), "idle"),
        ("patient", timedelta(minutes=59), None),
        ("patient", timedelta(minutes=60), "idle"),
    ],
)
def test_staff_are_signed_out_sooner_than_patients(kind: str, idle: timedelta, why: str | None) -> None:
    assert over(kind, AT - idle, AT - idle, None, AT) == why


def test_nobody_stays_signed_in_longer_than_a_day_of_work() -> None:
    assert over("staff", AT - timedelta(hours=12), AT, None, AT) == "too_long"
    assert over("staff", AT, AT, AT, AT) == "ended"


def test_a_link_that_was_used_lets_nobody_in_who_sends_the_very_same_form(contract: Service, esther: UUID) -> None:
    path, form = link_for(contract, esther), {"form_mark": "a" * 32}
    first, second = (make_app(contract).test_client() for _ in range(2))
    assert first.post(path, data=form).status_code == 303
    assert second.post(path, data=form).status_code == 410
    assert cookie_of(second) is None
