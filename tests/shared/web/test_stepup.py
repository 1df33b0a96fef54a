"""What harms much at another's open screen is done only by somebody who has just signed in; nothing typed is lost by it."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Blueprint, Response, make_response, redirect, request
from flask.testing import FlaskClient

from shared import auth
from shared.audit import access_log
from shared.context import Ctx
from shared.db import Database
from shared.events import SERVICES, PersonChanged
from shared.policy import Who, policy
from shared.register.actions import APPLY
from shared.rights import read
from shared.service import Service
from shared.web.app import create_app
from shared.web.drafts.tables import draft
from tests.support.services import PRIVATE, PUBLIC, cookie_of, form_token, make_app, make_service, sign_in

ESTHER, NURSE = uuid4(), uuid4()
LATE = auth.FRESH_SECONDS + 1
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/notify/family"}
AGAIN = "/contract/signin?again=1&why=delegation&next="


def family(name: str, done: list[str]) -> Blueprint:
    """Doors of any service that let somebody else act, one of which lets nobody."""
    door = Blueprint("family", __name__)

    @door.get(f"/{name}/family")
    @policy("delegation", "invite", Who.PATIENT, log="opened the form")
    def form(ctx: Ctx) -> str:
        ctx.saw([ESTHER])
        return "the form"

    @door.post(f"/{name}/family")
    @policy("delegation", "invite", Who.PATIENT)
    def invite(_ctx: Ctx) -> Response:
        done.append(request.form["name"])
        return make_response(redirect(f"/{name}/family", 303))

    @door.post(f"/{name}/api/family")
    @policy("delegation", "invite", Who.PATIENT)
    def by_program(_ctx: Ctx) -> str:
        done.append("program")
        return "done"

    @door.get(f"/{name}/family/record")
    @policy("delegation", "record", Who.CONTACT)
    def record(_ctx: Ctx) -> str:
        return "not for patients"

    @door.post(f"/{name}/family/end")
    @policy("delegation", "end", Who.PATIENT)
    def end(_ctx: Ctx) -> str:
        done.append("ended")
        return "ended"

    return door


@pytest.fixture
def done() -> list[str]:
    return []


def prepared(name: str, database: Database) -> Service:
    made = make_service(name, database, due=[], handlers={})
    with made.act() as ctx:
        for person, kind in ((ESTHER, "patient"), (NURSE, "staff")):
            fact = PersonChanged(person_id=person, kind=kind, name="N", language="sv", zone="Europe/Stockholm")
            APPLY[PersonChanged](ctx.session, fact)
    return made


@pytest.fixture
def service(notify_db: Database) -> Service:
    return prepared("notify", notify_db)


@pytest.fixture
def client(service: Service, done: list[str]) -> FlaskClient:
    return create_app(service, [family("notify", done)]).test_client()


def filled_in(service: Service) -> dict[str, str]:
    owner = auth.form_owner(service.config.form_keys, ESTHER)
    return {"form_token": form_token(service, ESTHER), "form_owner": owner, "name": "Maria af Ugglas"}


def kept(service: Service) -> list[UUID]:
    with service.database.begin() as session:
        return list(session.scalars(sa.select(draft.c.person_id)))


@pytest.mark.parametrize(
    ("ago", "kind", "strong", "enough"),
    [
        (0.0, "patient", True, True),
        (299.0, "patient", True, True),
        (600.0, "patient", True, False),
        (301.0, "patient", True, False),
        (299.0, "patient", False, True),
        (299.0, "delegate", False, True),
        (299.0, "staff", True, True),
        (301.0, "staff", True, False),
        (0.0, "staff", False, False),
    ],
)
def test_it_lasts_five_minutes_and_staff_show_more_than_a_mail(
    ago: float, kind: str, strong: bool, enough: bool
) -> None:
    at = 1_800_000_000
    cookie = auth.SignedIn(uuid4(), ESTHER, at, at + 600, at, strong)
    assert cookie.vouched(kind, at + ago) is enough


def test_a_cookie_that_says_nothing_of_it_is_never_enough() -> None:
    said = auth.read_cookie((PUBLIC,), auth.sign_cookie(PRIVATE, uuid4(), ESTHER))
    assert said
    assert not said.vouched("patient", time.time())


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(("ago", "asked"), [(0, False), (4 * 60 + 50, False), (5 * 60 + 1, True)])
def test_a_page_asks_for_it_in_every_service(
    name: str, databases: dict[str, Database], done: list[str], ago: float, asked: bool
) -> None:
    service = prepared(name, databases[name])
    client = sign_in(create_app(service, [family(name, done)]).test_client(), ESTHER, ago=ago)
    answer = client.get(f"/{name}/family?day=2")
    if asked:
        assert (answer.status_code, answer.location) == (303, f"{AGAIN}/{name}/family%3Fday%3D2")
    else:
        assert answer.text == "the form"
    with service.database.begin() as session:
        assert len(session.scalars(sa.select(access_log.c.what)).all()) == (0 if asked else 1), "as it was shown"


def test_a_form_is_kept_and_not_done(client: FlaskClient, service: Service, done: list[str]) -> None:
    answer = sign_in(client, ESTHER, ago=LATE).post("/notify/family", data=filled_in(service))
    assert (answer.status_code, answer.location) == (303, f"{AGAIN}/notify/kept&instead=/notify/kept")
    assert (done, kept(service)) == ([], [ESTHER])
    assert "kept_notify=1" in answer.headers["Set-Cookie"]
    client.post("/notify/family", data=filled_in(service))
    assert kept(service) == [ESTHER], "pressed twice it is kept once"


def test_a_form_of_who_has_just_signed_in_is_done(client: FlaskClient, service: Service, done: list[str]) -> None:
    sign_in(client, ESTHER).post("/notify/family", data=filled_in(service))
    assert (done, kept(service)) == (["Maria af Ugglas"], [])


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(
    client: FlaskClient, service: Service, done: list[str]
) -> None:
    sign_in(client, ESTHER, ago=LATE)
    part = client.get("/notify/family", headers=HTMX)
    assert (part.status_code, part.headers.get("HX-Redirect")) == (204, f"{AGAIN}/notify/family")
    sent = client.post("/notify/family", data=filled_in(service), headers=HTMX)
    assert (sent.status_code, sent.headers.get("HX-Redirect")) == (204, f"{AGAIN}/notify/kept&instead=/notify/kept")
    assert (done, kept(service)) == ([], [ESTHER])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_program_is_told_in_words_and_by_a_code(
    client: FlaskClient, service: Service, done: list[str], language: str
) -> None:
    headers = {"X-Form-Token": form_token(service, ESTHER), "Accept-Language": language}
    sign_in(client, ESTHER, ago=LATE)
    answer = client.post("/notify/api/family", json={}, headers=headers)
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    told = answer.get_json()
    assert (told["code"], told["type"]) == ("sign_in_again", "urn:samkontrakt:problem:sign-in-again")
    assert ("nyss" in told["detail"]) == (language == "sv")
    assert (done, kept(service)) == ([], [])
    sign_in(client, ESTHER)
    assert client.post("/notify/api/family", json={}, headers=headers).text == "done"


def test_whom_it_is_not_for_learns_nothing_by_it(client: FlaskClient) -> None:
    assert sign_in(client, ESTHER, ago=LATE).get("/notify/family/record").status_code == 404
    assert sign_in(client, NURSE, ago=LATE).get("/notify/family").status_code == 404


def test_a_form_of_another_session_is_given_back_without_it(client: FlaskClient, service: Service) -> None:
    sign_in(client, ESTHER, uuid4(), ago=LATE)
    assert client.post("/notify/family", data=filled_in(service)).location == "/notify/kept"


def test_to_end_it_takes_one_touch_however_long_ago(client: FlaskClient, service: Service, done: list[str]) -> None:
    sign_in(client, ESTHER, ago=LATE).post("/notify/family/end", data=filled_in(service))
    assert done == ["ended"]


def test_it_is_asked_for_delegates_contact_details_and_files_alone() -> None:
    assert {key for key, row in read().items() if row.fresh} == {
        ("access log", "export"),
        ("block", "lift"),
        ("delegation", "invite"),
        ("delegation", "record"),
        ("delegation", "renew"),
        ("delegation", "resume"),
        ("person", "change"),
        ("person", "export"),
        ("person", "lift_protection"),
        ("person_import", "run"),
        ("person_import", "undo"),
    }


def test_the_report_as_a_file_asks_for_it(databases: dict[str, Database]) -> None:
    client = make_app(prepared("notify", databases["notify"])).test_client()
    answer = sign_in(client, ESTHER, ago=LATE).get("/notify/looked/file.csv")
    assert answer.location == "/contract/signin?again=1&why=export&next=/notify/looked/file.csv"
    assert client.get("/notify/looked").status_code == 200


def test_the_cookie_is_what_tells(client: FlaskClient) -> None:
    good = cookie_of(ESTHER, ago=LATE)
    client.set_cookie(auth.COOKIE_NAME, good[:-3] + "AAA")
    assert client.get("/notify/family").location == "/contract/signin?next=/notify/family"
