"""Where I am signed in, and ending it there: my own alone, by an admin for people of their unit, at once everywhere."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.signin.devices.domain import device
from services.contract.signin.sessions import actions
from services.contract.signin.sessions.tables import SigninSession
from shared import auth
from shared.service import Service
from tests.services.contract.api.desk import Desk, open_desk
from tests.services.contract.clinic import Clinic
from tests.support.services import PRIVATE, make_app, told

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
ENDED = "se.samkontrakt.contract.session.ended.v1"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge, Windows"),
        ("curl/8.5.0", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_two_words_at_most(said: str, words: str) -> None:
    assert device(said) == words


def begin(service: Service, person: UUID, words: str = "") -> UUID:
    with service.act() as ctx:
        known = people_store.get(ctx.session, person)
        assert known
        entry = actions.begin(ctx, known)
        actions.settle(ctx, entry, words, None)
    return entry.session_id


def browser(service: Service, person: UUID, session_id: UUID) -> FlaskClient:
    client = make_app(service).test_client()
    client.set_cookie(auth.COOKIE_NAME, auth.sign_cookie(PRIVATE, session_id, person))
    return client


def token(service: Service, session_id: UUID) -> dict[str, str]:
    return {"form_token": auth.form_token(service.config.form_keys[0], session_id)}


def ended(service: Service, *sessions: UUID) -> list[bool]:
    with service.act() as ctx:
        return [ctx.directory.session_ended(ctx.session, one) for one in sessions]


def test_the_page_shows_where_and_ends_one_there(clinic: Clinic) -> None:
    service = clinic.service
    here, there = begin(service, clinic.esther, "Firefox, Windows"), begin(service, clinic.esther, "Chrome, Android")
    begin(service, clinic.anita, "Edge, Windows")
    mine = browser(service, clinic.esther, here)
    text = mine.get("/contract/devices").text
    assert "Chrome, Android" in text
    assert "Edge" not in text
    assert text.index("Här, just nu") > text.index("Firefox, Windows"), "the newest stands first"
    answer = mine.post("/contract/devices/end", data=token(service, here) | {"session": str(there)})
    assert (answer.status_code, answer.location) == (303, "/contract/devices")
    assert ended(service, here, there) == [False, True]
    assert told(service).count(ENDED) == 2, "to both other services"
    assert "Chrome, Android" not in mine.get("/contract/devices").text


def test_nobody_ends_another_persons_session(clinic: Clinic) -> None:
    service = clinic.service
    here, hers = begin(service, clinic.esther), begin(service, clinic.anita)
    mine = browser(service, clinic.esther, here)
    for session in (str(hers), str(uuid4()), "x", ""):
        assert mine.post("/contract/devices/end", data=token(service, here) | {"session": session}).status_code == 404
    assert ended(service, hers) == [False]


def test_all_others_end_and_then_everywhere(clinic: Clinic) -> None:
    service = clinic.service
    here, *others = (begin(service, clinic.esther) for _ in range(4))
    hers = begin(service, clinic.anita)
    mine = browser(service, clinic.esther, here)
    mine.post("/contract/devices/others", data=token(service, here))
    assert ended(service, here, *others, hers) == [False, True, True, True, False]
    answer = mine.post("/contract/devices/everywhere", data=token(service, here))
    assert answer.location == "/contract/signin"
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert ended(service, here, hers) == [True, False]
    assert mine.get("/contract/devices").status_code == 303


def test_what_has_run_out_is_not_shown(clinic: Clinic) -> None:
    service = clinic.service
    here, idle, old = (
        begin(service, clinic.esther),
        begin(service, clinic.esther, "Idle"),
        begin(service, clinic.esther),
    )
    with service.database.begin() as session:
        for one, moved in ((idle, {"seen_at": timedelta(minutes=61)}), (old, {"started_at": timedelta(hours=13)})):
            columns = {name: getattr(SigninSession, name) - by for name, by in moved.items()}
            session.execute(sa.update(SigninSession).where(SigninSession.id == one).values(columns))
    assert "Idle" not in browser(service, clinic.esther, here).get("/contract/devices").text


def test_an_admin_signs_out_people_of_the_own_unit_alone(clinic: Clinic) -> None:
    service = clinic.service
    hers = begin(service, clinic.anita)
    page = f"/contract/devices/of/{clinic.anita}"
    assert "on 1 device" in clinic.browser(clinic.admin).text(page)
    assert clinic.browser(clinic.other_admin).get(page).status_code == 404
    assert clinic.browser(clinic.other_admin).post(page).status_code == 404
    assert clinic.browser(clinic.esther).post(page).status_code == 404
    assert ended(service, hers) == [False]
    assert clinic.browser(clinic.admin).post(page).status_code == 303
    assert ended(service, hers) == [True]
    assert "Not signed in" in clinic.browser(clinic.admin).text(page)


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    return open_desk(clinic.service, clinic.esther)


def test_a_program_lists_and_ends_too(clinic: Clinic, desk: Desk) -> None:
    service = clinic.service
    one, other = (begin(service, clinic.esther, "Firefox, Windows") for _ in range(2))
    hers = begin(service, clinic.anita)
    page = desk.get("/sessions?limit=1").json
    assert [item["id"] for item in page["items"]] == [str(other)]
    page = desk.get(page["next"]).json
    assert [(item["id"], item["device"], item["this"]) for item in page["items"]] == [
        (str(one), "Firefox, Windows", False)
    ]
    assert page["next"] is None
    assert desk.change("DELETE", f"/sessions/{one}").status_code == 204
    assert desk.get(f"/sessions/{hers}").status_code == 404
    ending = ("POST", "/sessions/standing/ending", {"others_only": False})
    assert desk.change(*ending, read="/sessions/standing").json == {"standing": 0}
    assert ended(service, one, other, hers) == [True, True, False]
    admin, person = desk.of(clinic.admin), f"/people/{clinic.anita}/sessions"
    assert admin.get(person).json == {"standing": 1}
    assert admin.change("POST", f"{person}/ending", read=person).json == {"standing": 0}
    assert desk.of(clinic.other_admin).get(person).status_code == 404


def test_the_warning_asks_without_using_the_session_and_its_button_uses_it(clinic: Clinic) -> None:
    service = clinic.service
    here = begin(service, clinic.esther)
    with service.database.begin() as session:
        session.execute(sa.update(SigninSession).values(seen_at=SigninSession.seen_at - timedelta(minutes=57)))
    mine = browser(service, clinic.esther, here)
    for _ in range(2):
        assert 170 < mine.get("/contract/signin/left").json["left"] <= 180  # type: ignore[index]
    assert mine.post("/contract/signin/stay").json["left"] > 3590  # type: ignore[index]
    assert mine.get("/contract/signin/left").json["left"] > 3590  # type: ignore[index]
    with service.act() as ctx:
        actions.end_session(ctx, here)
    assert mine.get("/contract/signin/left").json == {"left": 0}
    assert mine.post("/contract/signin/stay").json == {"left": 0}
    assert make_app(service).test_client().get("/contract/signin/left").json == {"left": 0}


def test_every_page_says_until_when_one_is_signed_in(clinic: Clinic) -> None:
    here = begin(clinic.service, clinic.esther)
    text = browser(clinic.service, clinic.esther, here).get("/contract/devices?language=en").text
    assert "If you do nothing you are signed out at" in text
    assert 'role="alertdialog"' in text
    assert 'data-left="5' in text, "the default of a cookie is ten minutes"
    assert "alertdialog" not in make_app(clinic.service).test_client().get("/contract/signin").text


def test_nobody_dead_begins_a_session(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        people.register_death(ctx, clinic.esther, ctx.now.date())
    with pytest.raises(Exception, match="not found"):
        begin(clinic.service, clinic.esther)
