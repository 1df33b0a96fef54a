"""Signing in by a provider: who is let in, and what a wrong, forged, old or repeated answer gets: a page, and nothing else."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from services.contract.people import actions as people
from services.contract.people.tables import Person
from services.contract.signin.oidc import actions
from services.contract.signin.oidc.domain import NotVouched, Purpose, Round, identity_of
from services.contract.signin.oidc.peer.actions import Peer
from services.contract.signin.oidc.peer.domain import BELIEVED_SECONDS, KEYS_AGAIN_SECONDS
from services.contract.signin.sessions.tables import SigninSession
from shared.auth import COOKIE_NAME, read_cookie
from shared.db import Database
from shared.service import Service
from tests.services.contract.signin.oidc.issuer import HSA, NUMBER, Issuer, serving
from tests.support.services import PUBLIC, make_app, make_service

ESTHER = "19500101-1237"
TODAY = date(2026, 11, 26)
PURPOSES: tuple[Purpose, ...] = ("state", "nonce", "verifier")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with serving() as found:
        found.says[NUMBER] = ESTHER.replace("-", "")
        yield found
    actions.peer.cache_clear()


@pytest.fixture
def service(contract_db: Database, issuer: Issuer) -> Service:
    return make_service("contract", contract_db, providers=(issuer.provider(),))


@pytest.fixture
def esther(service: Service) -> UUID:
    return register(service, "patient", ESTHER)


@pytest.fixture
def browser(service: Service) -> FlaskClient:
    return make_app(service).test_client()


def register(service: Service, kind: str, identity: str) -> UUID:
    with service.act() as ctx:
        return people.save_person(ctx, kind=kind, name="Esther Lindqvist", identity=identity)


def leave(browser: FlaskClient, kind: str = "patient", onward: str = "/contract/agreement") -> str:
    """Begin a round: the address at the provider."""
    answer = browser.get(f"/contract/signin/oidc/eid/{kind}", query_string={"next": onward})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def come_back(browser: FlaskClient, told: dict[str, str]) -> TestResponse:
    return browser.get("/contract/signin/oidc/back", query_string={**told, "language": "en"})


def sign_in(browser: FlaskClient, issuer: Issuer, kind: str = "patient") -> TestResponse:
    return come_back(browser, issuer.approve(leave(browser, kind)))


def who(browser: FlaskClient) -> UUID | None:
    kept = browser.get_cookie(COOKIE_NAME)
    signed_in = read_cookie((PUBLIC,), kept.value) if kept else None
    return signed_in.person_id if signed_in else None


def made(service: Service) -> tuple[int, int]:
    """How many people and sessions there are."""
    with service.database.begin() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Person, SigninSession)]
    return counts[0] or 0, counts[1] or 0


def is_nobody(service: Service, browser: FlaskClient, answer: TestResponse, words: str, tried: object = None) -> None:
    """A plain page with ``words``: nobody is let in, nothing was made but who was registered."""
    assert answer.status_code == 403, tried
    assert words in answer.get_data(as_text=True), tried
    assert who(browser) is None, tried
    assert made(service)[1] == 0, tried


def test_a_patient_is_known_by_their_number_and_goes_on(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    answer = sign_in(browser, issuer)
    assert (answer.status_code, answer.location) == (303, "/contract/agreement")
    assert who(browser) == esther
    assert made(service) == (1, 1)


def test_the_browser_carries_code_pkce_state_and_nonce_and_no_secret(browser: FlaskClient, issuer: Issuer) -> None:
    asked = {name: value for name, (value,) in parse_qs(urlsplit(leave(browser)).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/contract/signin/oidc/back"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    kept = browser.get_cookie("samkontrakt-round")
    assert kept is not None
    assert not [secret for secret in (asked["state"], asked["nonce"]) if secret in kept.value]


def test_the_round_is_kept_from_scripts_and_bound_to_the_host(contract_db: Database, issuer: Issuer) -> None:
    secure = make_service(
        "contract", contract_db, providers=(issuer.provider(),), public_url="https://samkontrakt.example"
    )
    answer = (
        make_app(secure).test_client().get("/contract/signin/oidc/eid/patient", base_url="https://samkontrakt.example")
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-samkontrakt-round=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))


def test_staff_are_known_by_their_number_at_work_and_a_delegate_by_their_own(
    service: Service, browser: FlaskClient, issuer: Issuer
) -> None:
    nurse, helper = register(service, "staff", "SE2321000016-1A2B"), register(service, "delegate", ESTHER)
    issuer.says = {HSA: "SE2321000016-1A2B", NUMBER: ESTHER}
    sign_in(browser, issuer, "staff")
    assert who(browser) == nurse
    browser.delete_cookie(COOKIE_NAME)
    sign_in(browser, issuer, "delegate")
    assert who(browser) == helper


def test_a_number_that_only_the_providers_own_door_tells_is_asked_for_there(
    browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    issuer.says, issuer.at_door = {}, {NUMBER: ESTHER}
    sign_in(browser, issuer)
    assert who(browser) == esther


def test_what_the_door_says_of_somebody_else_is_refused(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    issuer.says, issuer.at_door = {}, {NUMBER: ESTHER, "sub": "another"}
    is_nobody(service, browser, sign_in(browser, issuer), "does not answer as it should")


def test_somebody_the_register_does_not_know_is_told_whom_to_ring_and_is_not_made(
    service: Service, browser: FlaskClient, issuer: Issuer
) -> None:
    answer = sign_in(browser, issuer)
    is_nobody(service, browser, answer, "ring your care unit")
    assert made(service) == (0, 0)


def test_a_patients_number_opens_no_staff_and_the_dead_do_not_sign_in(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    issuer.says = {HSA: ESTHER, NUMBER: ESTHER}
    is_nobody(service, browser, sign_in(browser, issuer, "staff"), "not in our register")
    with service.act() as ctx:
        people.register_death(ctx, esther, date(2026, 11, 20))
    is_nobody(service, browser, sign_in(browser, issuer), "not in our register")


NOW = int(time.time())


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another"},
    {"aud": None},
    {"aud": ["samkontrakt", "another"]},
    {"azp": "another"},
    {"iss": "https://evil.example"},
    {"iss": None},
    {"sub": None},
    {"exp": NOW - 3600, "iat": NOW - 3700},
    {"exp": None},
    {"exp": "soon"},
    {"iat": NOW + 86400, "exp": NOW + 90000},
    {"nbf": NOW + 86400},
    {"at_hash": "another"},
]


def test_P38_a_token_that_is_not_for_this_round_opens_nothing(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    right = dict(issuer.says)
    for says in WRONG_CLAIMS:
        issuer.says = right | says
        is_nobody(service, browser, sign_in(browser, issuer), "does not answer as it should", says)
    issuer.says = right
    sign_in(browser, issuer)
    assert who(browser) == esther, "nothing else was wrong"


def test_P38_a_clock_that_differs_by_less_than_a_minute_is_no_fault(
    browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    now = int(time.time())
    issuer.says |= {"iat": now + 30, "exp": now + 90, "nbf": now + 30}
    sign_in(browser, issuer)
    assert who(browser) == esther


def none_signed(issuer: Issuer) -> None:
    issuer.token = "eyJhbGciOiJub25lIn0.e30."


def signed_by_another(issuer: Issuer) -> None:
    issuer.signs_with = ECKey.generate_key("P-256")


def signed_with_an_unknown_key(issuer: Issuer) -> None:
    issuer.signs_with, issuer.header = ECKey.generate_key("P-256"), {"alg": "ES256", "kid": "two"}


def signed_with_our_common_secret(issuer: Issuer) -> None:
    issuer.signs_with, issuer.header = (
        OctKey.import_key(issuer.provider().client_secret),
        {"alg": "HS256", "kid": "one"},
    )


def signed_with_the_public_half(issuer: Issuer) -> None:
    public = json.dumps(issuer.key.as_dict(private=False))
    issuer.signs_with, issuer.header = OctKey.import_key(public), {"alg": "HS256", "kid": "one"}


def brings_its_own_key(issuer: Issuer) -> None:
    own = ECKey.generate_key("P-256")
    issuer.signs_with = own
    issuer.header = {"alg": "ES256", "jwk": own.as_dict(private=False), "jku": issuer.url + "/jwks"}


def without_token(issuer: Issuer) -> None:
    issuer.answers["/token"] = Response('{"access_token": "pass"}', 200)


def no_token_at_all(issuer: Issuer) -> None:
    issuer.token = "not a token"


def says_no(issuer: Issuer) -> None:
    issuer.answers["/token"] = Response('{"error": "invalid_client"}', 401)


def breaks(issuer: Issuer) -> None:
    issuer.answers["/token"] = Response("<html>", 500)


def redirects(issuer: Issuer) -> None:
    issuer.answers["/token"] = Response("", 307, {"Location": issuer.url + "/elsewhere"})


def talks_nonsense(issuer: Issuer) -> None:
    issuer.answers["/token"] = Response("[1]", 200)


def never_stops(issuer: Issuer) -> None:
    issuer.answers["/token"] = Response('{"id_token": "' + "x" * 300_000 + '"}', 200)


WRONG_TOKENS: list[Callable[[Issuer], None]] = [
    none_signed,
    signed_by_another,
    signed_with_an_unknown_key,
    signed_with_our_common_secret,
    signed_with_the_public_half,
    brings_its_own_key,
    without_token,
    no_token_at_all,
    says_no,
    breaks,
    redirects,
    talks_nonsense,
    never_stops,
]


def test_P38_what_the_provider_did_not_sign_or_say_opens_nothing(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    right = replace(issuer)
    for wrong in WRONG_TOKENS:
        wrong(issuer)
        is_nobody(service, browser, sign_in(browser, issuer), "does not answer as it should", wrong)
        issuer.signs_with, issuer.header, issuer.token = right.signs_with, right.header, right.token
        issuer.answers.clear()
    assert "/elsewhere" not in issuer.asked
    sign_in(browser, issuer)
    assert who(browser) == esther, "nothing else was wrong"


def test_a_new_key_is_read_once_and_strangers_tokens_do_not_make_us_ask_for_keys_all_the_time(issuer: Issuer) -> None:
    now = 0.0
    there = Peer(issuer.provider(), clock=lambda: now)

    def vouched() -> bool:
        location = there.address("http://localhost/back", "state", "nonce", "verifier")
        try:
            return (
                there.vouched(issuer.approve(location)["code"], "http://localhost/back", "nonce", "verifier")
                is not None
            )
        except NotVouched:
            return False

    assert vouched()
    issuer.key, issuer.header = (
        ECKey.generate_key("P-256", {"kid": "new", "use": "sig"}),
        {"alg": "ES256", "kid": "new"},
    )
    assert not vouched(), "the keys were read a moment ago"
    now = KEYS_AGAIN_SECONDS + 1
    assert all(vouched() for _ in range(3))
    assert issuer.asked.count("/jwks") == 2
    assert issuer.asked.count("/.well-known/openid-configuration") == 1
    now += BELIEVED_SECONDS
    assert vouched()
    assert issuer.asked.count("/.well-known/openid-configuration") == 2


def test_a_provider_that_names_an_address_not_its_own_is_not_followed(
    service: Service, browser: FlaskClient, issuer: Issuer
) -> None:
    for metadata in (
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "https://evil.example/asks"},
        {"authorization_endpoint": None},
        {"jwks_uri": "http://169.254.169.254/latest"},
    ):
        actions.peer.cache_clear()
        issuer.metadata = metadata
        answer = browser.get("/contract/signin/oidc/eid/patient?language=en")
        is_nobody(service, browser, answer, "does not answer as it should", metadata)


def test_a_secret_never_goes_to_a_host_that_is_not_the_providers(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    with serving() as evil:
        issuer.metadata = {"token_endpoint": evil.url + "/token"}
        is_nobody(service, browser, sign_in(browser, issuer), "does not answer as it should")
        assert evil.asked == []


def test_a_provider_that_is_down_is_told_in_words(contract_db: Database, issuer: Issuer) -> None:
    gone = issuer.provider(issuer="http://127.0.0.1:9", hosts=frozenset({"127.0.0.1:9"}))
    service = make_service("contract", contract_db, providers=(gone,))
    browser = make_app(service).test_client()
    answer = browser.get("/contract/signin/oidc/eid/patient?language=en")
    is_nobody(service, browser, answer, "Wait a few minutes")


WRONG_ANSWERS: list[tuple[dict[str, str], str]] = [
    ({"error": "access_denied"}, "broken off"),
    ({"error": "server_error", "error_description": "<script>"}, "does not answer as it should"),
    ({}, "does not answer as it should"),
    ({"code": "", "error": ""}, "does not answer as it should"),
    ({"code": "forged"}, "does not answer as it should"),
    ({"code": "forged", "iss": "https://evil.example"}, "took too long"),
    ({"code": "forged", "state": "forged"}, "took too long"),
    ({"code": "forged", "state": "å"}, "took too long"),
]


@pytest.mark.usefixtures("esther")
def test_what_comes_back_wrong_gets_a_page(service: Service, browser: FlaskClient, issuer: Issuer) -> None:
    for told, words in WRONG_ANSWERS:
        state = issuer.approve(leave(browser))["state"]
        answer = come_back(browser, {"state": state, **told})
        is_nobody(service, browser, answer, words, told)
        assert "<script>" not in answer.get_data(as_text=True)


def test_a_round_opens_one_session_even_where_the_provider_takes_its_code_twice(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    told = issuer.approve(leave(browser))
    kept = browser.get_cookie("samkontrakt-round")
    asked = issuer.codes[told["code"]]
    assert kept is not None
    come_back(browser, told)
    assert who(browser) == esther
    again = make_app(service).test_client()
    again.set_cookie("samkontrakt-round", kept.value)
    issuer.codes[told["code"]] = asked
    answer = come_back(again, told)
    assert answer.status_code == 403
    assert "took too long" in answer.get_data(as_text=True)
    assert who(again) is None
    assert made(service) == (1, 1)


def test_another_browser_can_not_end_a_round_so_nobody_is_signed_in_as_somebody_else(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    told = issuer.approve(leave(browser))
    other = make_app(service).test_client()
    is_nobody(service, other, come_back(other, told), "took too long")
    leave(other)
    is_nobody(service, other, come_back(other, told), "took too long")


@pytest.mark.usefixtures("esther")
def test_a_forged_or_old_round_is_none(service: Service, browser: FlaskClient, issuer: Issuer) -> None:
    told = issuer.approve(leave(browser))
    kept = browser.get_cookie("samkontrakt-round")
    assert kept is not None
    browser.set_cookie("samkontrakt-round", kept.value[:-4] + "AAAA")
    is_nobody(service, browser, come_back(browser, told), "took too long")
    browser.set_cookie("samkontrakt-round", kept.value)
    with time_machine.travel(time.time() + 601):
        is_nobody(service, browser, come_back(browser, told), "took too long")


def test_a_round_ends_well_although_the_key_is_rotated_meanwhile(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID
) -> None:
    told, kept = issuer.approve(leave(browser)), browser.get_cookie("samkontrakt-round")
    assert kept is not None
    older = service.config.form_keys
    for keys, person in (((older[0][::-1], *older), esther), ((older[0][::-1],), None)):
        after = make_app(replace(service, config=replace(service.config, form_keys=keys))).test_client()
        after.set_cookie("samkontrakt-round", kept.value)
        come_back(after, told)
        assert who(after) == person


@pytest.mark.usefixtures("esther")
def test_no_round_leads_away_from_here(service: Service, issuer: Issuer) -> None:
    for away in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/" + "a" * 2000):
        browser = make_app(service).test_client()
        answer = come_back(browser, issuer.approve(leave(browser, onward=away)))
        assert answer.location == "/contract/home", away


def test_there_is_no_door_that_is_not_named(contract_db: Database, issuer: Issuer) -> None:
    service = make_service("contract", contract_db, providers=(issuer.provider(claims={"patient": NUMBER}),))
    browser = make_app(service).test_client()
    for path in ("eid/admin", "another/patient", "eid/staff"):
        assert browser.get(f"/contract/signin/oidc/{path}").status_code == 404, path


def test_a_level_that_is_not_enough_opens_nothing(contract_db: Database, issuer: Issuer) -> None:
    service = make_service("contract", contract_db, providers=(issuer.provider(acr=("loa3", "loa4")),))
    browser, esther = make_app(service).test_client(), register(service, "patient", ESTHER)
    assert parse_qs(urlsplit(leave(browser)).query)["acr_values"] == ["loa3 loa4"]
    for level in ("loa2", None):
        issuer.says["acr"] = level
        is_nobody(service, browser, sign_in(browser, issuer), "does not answer as it should")
    issuer.says["acr"] = "loa4"
    sign_in(browser, issuer)
    assert who(browser) == esther


def test_the_start_page_names_each_provider_for_whom_it_vouches(browser: FlaskClient, issuer: Issuer) -> None:
    page = browser.get("/contract/signin?next=/selfcare/times&language=en").get_data(as_text=True)
    for kind, words in (("patient", "a patient"), ("delegate", "who help"), ("staff", "work in care")):
        assert f"/contract/signin/oidc/eid/{kind}?next=%2Fselfcare%2Ftimes" in page
        assert words in page
    assert page.count("E-legitimation") == 3


@pytest.mark.parametrize(
    ("kind", "claim", "key"),
    [
        ("patient", "195001011237", "195001011237"),
        ("patient", "19500101-1237", "195001011237"),
        ("patient", "5001011237", None),
        ("patient", "500101-1237", None),
        ("patient", "195001011238", None),
        ("patient", "19500101T237", None),
        ("patient", "ABC123456789", None),
        ("patient", "", None),
        ("patient", ["195001011237"], None),
        ("patient", 195001011237, None),
        ("patient", "1" * 65, None),
        ("patient", None, None),
        ("staff", "SE2321000016-1A2B", "SE2321000016-1A2B"),
        ("staff", "  ", None),
    ],
)
def test_only_a_whole_number_is_somebodys(kind: str, claim: Any, key: str | None) -> None:
    if key:
        assert identity_of(kind, claim, TODAY) == key
    else:
        with pytest.raises(NotVouched):
            identity_of(kind, claim, TODAY)


def test_a_rounds_secrets_differ_and_are_another_keys_for_nobody() -> None:
    asked = Round("id", "eid", "patient", "/")
    secrets = {asked.secret(key, purpose) for key in (b"a", b"b") for purpose in PURPOSES}
    assert len(secrets) == 6
    assert asked.is_answered_by(b"a", asked.secret(b"a", "state"))
    assert not asked.is_answered_by(b"a", asked.secret(b"a", "nonce"))


def again(browser: FlaskClient) -> str:
    """Begin a round for somebody who is signed in and is to be seen anew: the address at the provider."""
    page = browser.get("/contract/signin?again=1&next=/contract/kept").text
    (address,) = set(re.findall(r'href="(/contract/signin/oidc/[^"]+)"', page))
    assert "/eid/patient?" in address, "as what they are, and nothing else"
    return browser.get(html.unescape(address)).location


def asked_of(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def vouched(browser: FlaskClient) -> tuple[int, bool]:
    kept = browser.get_cookie(COOKIE_NAME)
    said = read_cookie((PUBLIC,), kept.value) if kept else None
    assert said
    return said.vouched_at, said.strong


def test_when_the_provider_saw_them_is_what_counts(browser: FlaskClient, issuer: Issuer, esther: UUID) -> None:
    asked = asked_of(leave(browser))
    assert ("prompt" in asked, asked["max_age"]) == (False, "43200")
    an_hour_ago = int(time.time()) - 3600
    for told, seen in ((an_hour_ago, an_hour_ago), (None, 0), ("yesterday", 0), (True, 0)):
        issuer.says["auth_time"] = told
        sign_in(browser, issuer)
        assert vouched(browser) == (seen, True), told
    issuer.says["auth_time"] = 10**15
    sign_in(browser, issuer)
    assert vouched(browser)[0] <= time.time(), "never in the time to come"


def test_once_more_is_asked_of_the_provider_and_checked(browser: FlaskClient, issuer: Issuer, esther: UUID) -> None:
    sign_in(browser, issuer)
    address, now = again(browser), int(time.time())
    asked = asked_of(address)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    issuer.says["auth_time"] = now
    answer = come_back(browser, issuer.approve(address))
    assert (answer.status_code, answer.location) == (303, "/contract/kept")
    assert vouched(browser) == (now, True)


@pytest.mark.parametrize("told", [None, "now", -3600, -120])
def test_a_provider_that_did_not_see_them_anew_vouches_for_nobody(
    service: Service, browser: FlaskClient, issuer: Issuer, esther: UUID, told: object
) -> None:
    sign_in(browser, issuer)
    before = vouched(browser), made(service)
    issuer.says["auth_time"] = int(time.time()) + told if isinstance(told, int) else told
    answer = come_back(browser, issuer.approve(again(browser)))
    assert answer.status_code == 403
    assert "does not answer as it should" in answer.text
    assert (vouched(browser), made(service)) == before
