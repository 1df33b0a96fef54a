"""Nothing typed is lost: a form that comes after its session is kept, given back to who typed it, and to nobody else."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Blueprint, Response, make_response, redirect, request
from flask.testing import FlaskClient

from shared import auth
from shared.bus.seal import fernet
from shared.context import Ctx
from shared.db import Database
from shared.events import SERVICES, PersonChanged, SessionEnded
from shared.policy import Who, policy
from shared.register.actions import APPLY
from shared.service import Service
from shared.web.app import create_app
from shared.web.drafts import actions
from shared.web.drafts.tables import draft
from shared.web.pages import page
from tests.support.services import PRIVATE, make_service

ESTHER, OTHER = uuid4(), uuid4()
WORDS = "Jag vill träffa läkaren på tisdag, inte på måndag."


def diary(name: str, written: list[str]) -> Blueprint:
    door = Blueprint("diary", __name__)

    @door.get(f"/{name}/diary")
    @policy("diary", "read", Who.PATIENT)
    def show(ctx: Ctx) -> Response:
        return page(ctx, "web/kept.html", drafts=[])

    @door.post(f"/{name}/diary")
    @policy("diary", "write", Who.PATIENT)
    def write(_ctx: Ctx) -> Response:
        if len(request.form["words"]) < 3:
            return make_response("too short", 422)
        written.append(request.form["words"])
        return make_response(redirect(f"/{name}/diary", 303))

    return door


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def service(notify_db: Database) -> Service:
    return prepared("notify", notify_db)


def prepared(name: str, database: Database) -> Service:
    made = make_service(name, database, due=[], handlers={})
    with made.act() as ctx:
        for person in (ESTHER, OTHER):
            fact = PersonChanged(person_id=person, kind="patient", name="N", language="sv", zone="Europe/Stockholm")
            APPLY[PersonChanged](ctx.session, fact)
    return made


@pytest.fixture
def client(service: Service, written: list[str]) -> FlaskClient:
    return create_app(service, [diary("notify", written)]).test_client()


def enter(client: FlaskClient, person: UUID) -> UUID:
    session = uuid4()
    client.set_cookie(auth.COOKIE_NAME, auth.sign_cookie(PRIVATE, session, person))
    return session


def end(service: Service, session_id: UUID) -> None:
    with service.act() as ctx:
        APPLY[SessionEnded](ctx.session, SessionEnded(session_id=session_id))


def filled_in(service: Service, session_id: UUID, person: UUID, words: str = WORDS) -> dict[str, str]:
    """A form as it was shown to this person in this session, filled in."""
    keys = service.config.form_keys
    frame = {"form_token": auth.form_token(keys[0], session_id), "form_owner": auth.form_owner(keys, person)}
    return {**frame, "words": words, "form_mark": "a" * 32}


def form_on(text: str) -> dict[str, str]:
    """The fields of the first form of the page."""
    first = re.search(r'<form class="sk-act".*?</form>', text, re.DOTALL)
    assert first, text
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', first[0])
    return {name: html.unescape(value) for name, value in fields} | {
        "action": re.findall(r'action="([^"]*)"', first[0])[0]
    }


def drafts_of(service: Service) -> list[UUID]:
    with service.database.begin() as session:
        return [row.person_id for row in session.execute(sa.select(draft))]


@pytest.mark.parametrize("name", SERVICES)
def test_what_was_typed_is_given_back_and_sent_once(
    name: str, databases: dict[str, Database], written: list[str]
) -> None:
    service = prepared(name, databases[name])
    client = create_app(service, [diary(name, written)]).test_client()
    session = enter(client, ESTHER)
    end(service, session)
    lost = client.post(f"/{name}/diary?day=2", data=filled_in(service, session, ESTHER))
    assert (lost.status_code, lost.location) == (303, f"/contract/signin?next=/{name}/kept")
    assert written == []
    enter(client, ESTHER)
    text = client.get(f"/{name}/kept").text
    assert html.escape(WORDS) in text
    again = form_on(text)
    assert again.pop("action") == f"/{name}/diary?day=2"
    for _ in range(2):
        assert client.post(f"/{name}/diary?day=2", data=again).status_code == 303
    assert written == [WORDS]
    assert drafts_of(service) == []
    assert WORDS not in client.get(f"/{name}/kept").text


def test_a_form_that_was_done_before_the_end_is_not_done_again(
    service: Service, client: FlaskClient, written: list[str]
) -> None:
    session = enter(client, ESTHER)
    form = filled_in(service, session, ESTHER)
    client.post("/notify/diary", data=form)
    end(service, session)
    client.post("/notify/diary", data=form)
    enter(client, ESTHER)
    again = form_on(client.get("/notify/kept").text)
    assert client.post(again.pop("action"), data=again).status_code == 303
    assert written == [WORDS]


def test_nobody_else_gets_what_somebody_typed(service: Service, client: FlaskClient, written: list[str]) -> None:
    session = enter(client, ESTHER)
    enter(client, OTHER)
    lost = client.post("/notify/diary", data=filled_in(service, session, ESTHER))
    assert (lost.status_code, lost.location) == (303, "/notify/kept")
    text = client.get("/notify/kept").text
    assert "tisdag, inte" not in text
    assert written == []
    token = form_token_in(service, client)
    client.post("/notify/kept", data={"form_token": token, "draft": str(only_draft(service))})
    assert drafts_of(service) == [ESTHER]


def form_token_in(service: Service, client: FlaskClient) -> str:
    cookie = client.get_cookie(auth.COOKIE_NAME)
    signed_in = auth.read_cookie(service.config.session_public_keys, cookie.value if cookie else "")
    assert signed_in
    return auth.form_token(service.config.form_keys[0], signed_in.session_id)


def only_draft(service: Service) -> UUID:
    with service.database.begin() as session:
        return UUID(str(session.execute(sa.select(draft.c.id)).scalar_one()))


def test_who_has_signed_in_again_meanwhile_gets_it_back_at_once(service: Service, client: FlaskClient) -> None:
    session = enter(client, ESTHER)
    enter(client, ESTHER)
    lost = client.post("/notify/diary", data=filled_in(service, session, ESTHER))
    assert lost.location == "/notify/kept"
    assert html.escape(WORDS) in client.get(lost.location).text


def test_a_form_without_a_cookie_is_kept_too(service: Service, client: FlaskClient) -> None:
    client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER))
    assert drafts_of(service) == [ESTHER]


@pytest.mark.parametrize("owner", ["", "forged", "gAAAAABm" + "A" * 90])
def test_a_form_that_was_shown_to_nobody_is_not_kept(service: Service, client: FlaskClient, owner: str) -> None:
    form = filled_in(service, uuid4(), ESTHER) | {"form_owner": owner}
    assert client.post("/notify/diary", data=form).location == "/contract/signin?next=/contract/home"
    enter(client, ESTHER)
    assert client.post("/notify/diary", data=form).status_code == 403
    assert drafts_of(service) == []


def test_a_form_of_another_site_is_not_kept(service: Service, client: FlaskClient) -> None:
    form = filled_in(service, uuid4(), ESTHER)
    assert client.post("/notify/diary", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert drafts_of(service) == []


def test_what_is_kept_can_not_be_read_in_the_database(service: Service, client: FlaskClient) -> None:
    client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER))
    with service.database.begin() as session:
        row = session.execute(sa.select(draft)).one()
        session.execute(sa.update(draft).values(person_id=OTHER))
    assert WORDS.encode()[:8] not in row.sealed
    with service.database.begin() as session:
        assert actions.of(session, service.config.form_keys, OTHER) == [], "moved to somebody else's rows"


def test_a_script_that_asks_for_a_part_sends_the_whole_page_to_sign_in(service: Service, client: FlaskClient) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://localhost/contract/home?x=1"}
    part = client.get("/notify/diary", headers=asked)
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/contract/signin?next=/contract/home%3Fx%3D1")
    sent = client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER), headers=asked)
    assert sent.headers["HX-Redirect"] == "/contract/signin?next=/notify/kept"
    assert drafts_of(service) == [ESTHER]
    away = asked | {"HX-Current-URL": "https://evil.example//evil.example"}
    assert client.get("/notify/diary", headers=away).headers["HX-Redirect"] == "/contract/signin?next=/contract/home"


def test_an_address_that_a_browser_gets_wrong_loses_nothing(service: Service, client: FlaskClient) -> None:
    wrong = {"HX-Request": "true", "HX-Current-URL": "http://[x", "Referer": "http://[x"}
    assert client.get("/notify/diary", headers=wrong).headers["HX-Redirect"] == "/contract/signin?next=/contract/home"
    assert client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER), headers=wrong).status_code == 204
    assert drafts_of(service) == [ESTHER]


def test_what_was_not_right_comes_back_to_be_put_right_and_is_not_kept_twice(
    service: Service, client: FlaskClient, written: list[str]
) -> None:
    client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER, "no"))
    enter(client, ESTHER)
    again = form_on(client.get("/notify/kept").text)
    assert client.post(again.pop("action"), data=again).status_code == 422
    assert (written, drafts_of(service)) == ([], [])


def test_a_file_is_not_kept_and_the_page_says_so(service: Service, client: FlaskClient) -> None:
    form = filled_in(service, uuid4(), ESTHER) | {"sheet": (io.BytesIO(b"secret"), "people.csv")}
    client.post("/notify/diary", data=form, content_type="multipart/form-data")
    enter(client, ESTHER)
    assert "Filen som hörde till" in client.get("/notify/kept").text
    assert "people.csv" not in client.get("/notify/kept?language=en").text


def test_the_newest_ten_are_kept(service: Service, client: FlaskClient) -> None:
    for number in range(12):
        client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER, f"number {number}"))
    with service.database.begin() as session:
        kept = actions.of(session, service.config.form_keys, ESTHER)
    assert [one.fields[0][1] for one in kept] == [f"number {number}" for number in range(11, 1, -1)]


def test_what_nobody_came_back_for_is_taken_away_after_a_day(service: Service, client: FlaskClient) -> None:
    client.post("/notify/diary", data=filled_in(service, uuid4(), ESTHER))
    assert actions.FORGET.run(service) == 0
    with service.database.begin() as session:
        session.execute(sa.update(draft).values(at=draft.c.at - timedelta(hours=25)))
    with service.database.begin() as session:
        assert actions.of(session, service.config.form_keys, ESTHER) == []
        assert actions.FORGET.waiting(session, service.now(session)) is not None
    assert actions.FORGET.run(service) == 1
    assert drafts_of(service) == []


def test_a_page_of_last_week_is_too_old_to_be_somebodys(service: Service) -> None:
    keys = service.config.form_keys
    old = fernet(keys, "form owner").encrypt_at_time(ESTHER.bytes, 1_700_000_000).decode()
    assert auth.read_form_owner(keys, old) is None
    assert auth.read_form_owner(keys, auth.form_owner(keys, ESTHER)) == ESTHER


def test_a_rotated_key_opens_what_the_one_before_it_sealed(service: Service, client: FlaskClient) -> None:
    form = filled_in(service, uuid4(), ESTHER)
    client.post("/notify/diary", data=form)
    keys = ("Newer-7" * 6, *service.config.form_keys)
    with service.database.begin() as session:
        assert [one.words for one in actions.of(session, keys, ESTHER)] == [[WORDS]]
        assert actions.of(session, keys[:1], ESTHER) == []
    assert auth.read_form_owner(keys, form["form_owner"]) == ESTHER
