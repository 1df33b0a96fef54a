"""The pages of a demonstration: doors, mails sent, the clock; and none of them outside a demonstration."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from werkzeug.test import Client

from deploy.gateway.app import create
from deploy.gateway.pages import Demonstration, Door
from deploy.mail.box import Box
from deploy.trouble import Trouble
from shared import auth
from shared.context import Ctx
from shared.db import Database
from shared.events import PersonChanged
from shared.register.actions import person_changed
from tests.support.services import PRIVATE, make_service


class FakeDoors:
    def all(self, ctx: Ctx) -> Sequence[Door]:
        return [Door("patient", "Esther Lund"), Door("contact", "Lisa <Holm>")]

    def enter(self, ctx: Ctx, key: str, next_path: str) -> str | None:
        return f"/contract/signin/l/once?{next_path}" if key == "patient" else None


class FakeClock:
    """Remembers how it was moved."""

    def __init__(self) -> None:
        self.moved: list[str] = []

    def __call__(self, how: str) -> timedelta:
        if how.startswith("-"):
            raise Trouble("the demo clock only goes forward")
        self.moved.append(how)
        return timedelta()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(contract_db: Database, box: Box, clock: FakeClock) -> Client:
    return gateway(contract_db, box, clock, demo=True)


def gateway(database: Database, box: Box, clock: FakeClock, *, demo: bool) -> Client:
    service = make_service("contract", database)
    config = dataclasses.replace(service.config, demo=demo)
    demonstration = Demonstration(FakeDoors(), box, clock) if demo else None
    return Client(create(dataclasses.replace(service, config=config), {}, demonstration))


def test_the_front_page_lists_the_doors(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Gå in som Esther Lund" in page.text
    assert "Lisa &lt;Holm&gt;" in page.text


def test_the_front_page_speaks_english_too(client: Client) -> None:
    assert "Go in as Esther Lund" in client.get("/?language=en").text


def test_a_door_leads_through_a_one_use_link(client: Client) -> None:
    answer = client.post("/demo/doors/patient")
    assert (answer.status_code, answer.location) == (303, "/contract/signin/l/once?/contract/home")


def test_a_door_leads_on_to_where_somebody_was_going_and_never_away(client: Client) -> None:
    assert 'action="/demo/doors/patient?next=/contract/kept"' in client.get("/?next=/contract/kept").text
    assert client.post("/demo/doors/patient?next=/contract/kept").location == "/contract/signin/l/once?/contract/kept"
    assert client.post("/demo/doors/patient?next=//evil.example").location.endswith("?/contract/home")


def test_a_door_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.post("/demo/doors/king").status_code == 404


def test_a_door_is_not_opened_by_looking_or_from_another_site(client: Client) -> None:
    assert client.get("/demo/doors/patient").status_code == 405
    assert client.post("/demo/doors/patient", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/demo/doors/patient", headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_every_mail_is_shown_newest_first_and_paged(client: Client, box: Box) -> None:
    for number in range(25):
        box.put(["esther.lund@example.se"], f"Subject: mail-{number}\r\n\r\nx".encode())
    first = client.get("/demo/mail").text
    assert first.index("mail-24") < first.index("mail-5")
    assert "mail-4" not in first
    assert "before=6" in first
    assert "mail-4" in client.get("/demo/mail?before=6").text


def test_one_mail_is_a_page_with_links_to_follow_and_nothing_that_runs(client: Client, box: Box) -> None:
    text = "Hej <script>alert(1)</script>\r\nhttp://127.0.0.1:8000/selfcare/a/abc\r\n"
    number = box.put(["esther.lund@example.se"], f"Subject: En fr=E5ga\r\n\r\n{text}".encode())
    page = client.get(f"/demo/mail/{number}").text
    assert '<a href="http://127.0.0.1:8000/selfcare/a/abc"' in page
    assert "<script>alert" not in page


def test_a_mail_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/demo/mail/7").status_code == 404
    assert client.get(f"/demo/mail/{'9' * 25}").status_code == 404


@pytest.mark.parametrize("before", ["9" * 25, "-" + "9" * 25, "x"])
def test_the_list_of_mails_takes_any_number(client: Client, before: str) -> None:
    assert client.get(f"/demo/mail?before={before}").status_code == 200


def test_the_empty_box_says_what_to_do(client: Client) -> None:
    assert "Inget mejl har skickats än." in client.get("/demo/mail").text


def test_the_clock_is_moved_and_leads_back(client: Client, clock: FakeClock) -> None:
    answer = client.post("/demo/clock", data={"move": "+1d", "back": "/selfcare/times"})
    assert (answer.status_code, answer.location) == (303, "/selfcare/times")
    assert clock.moved == ["+1d"]


def test_the_clock_is_moved_by_whoever_is_signed_in_at_any_service(client: Client, contract_db: Database) -> None:
    person = uuid4()
    esther = PersonChanged(person_id=person, kind="patient", name="Esther", language="sv", zone="Europe/Stockholm")
    with contract_db.begin() as session:
        person_changed(session, esther)
    client.set_cookie("language", "en")
    client.set_cookie(auth.COOKIE_NAME, auth.sign_cookie(PRIVATE, uuid4(), person))
    assert client.post("/demo/clock", data={"move": "+1h"}).status_code == 303
    assert "Go in as" in client.get("/").text


def test_the_clock_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/demo/clock", data={"move": "+1d", "back": "https://elsewhere.example/"})
    assert answer.location == "/"


def test_a_clock_that_can_not_be_moved_so_says_it(client: Client, clock: FakeClock) -> None:
    assert client.post("/demo/clock", data={"move": "-1d"}).status_code == 409
    assert clock.moved == []


@pytest.mark.parametrize("path", ["/demo/mail", "/demo/mail/1"])
def test_outside_a_demonstration_there_is_none_of_it(
    contract_db: Database, box: Box, clock: FakeClock, path: str
) -> None:
    client = gateway(contract_db, box, clock, demo=False)
    assert client.get("/").location == "/contract/home"
    assert client.get(path).status_code == 404
    assert client.post("/demo/clock", data={"move": "+1d"}).status_code == 404
    assert clock.moved == []
