"""How much may be asked for: by a session, by a place, and while Redis is away. Nobody can be read in the counts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from flask import Blueprint
from flask.testing import FlaskClient

from deploy import ports
from deploy.embedded.valkey import Valkey
from shared.context import Ctx
from shared.db import Database
from shared.events import PersonChanged
from shared.policy import Who, policy
from shared.register.actions import APPLY
from shared.web import rates
from shared.web.app import create_app
from tests.support.services import make_service, sign_in

ESTHER, OTHER = uuid4(), uuid4()
NOWHERE = "redis://127.0.0.1:1/0"


def toy() -> Blueprint:
    door = Blueprint("toy", __name__)

    @door.get("/notify/toy")
    @door.get("/notify/api/v1/toy", endpoint="api_toy")
    @policy("health", "read", Who.ANYONE)
    def asked(_ctx: Ctx) -> str:
        return "here"

    @door.post("/contract/signin/toy")
    @policy("health", "read", Who.ANYONE)
    def enter(_ctx: Ctx) -> str:
        return "in"

    @door.route("/notify/emergency", methods=["GET", "POST"])
    @policy("break-glass session", "open", Who.STAFF)
    def guess(_ctx: Ctx) -> str:
        return "open"

    @door.get("/notify/toy.csv")
    @policy("person", "export", Who.ADMIN)
    def export(_ctx: Ctx) -> str:
        return "all"

    return door


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that a test can use them up."""
    for name, amount in {"AT_WORK": 6, "STRANGERS": 8, "SIGNING_IN": 2, "HEAVY": 3, "GUESSING": 4}.items():
        monkeypatch.setattr(rates, name, amount)


def client(database: Database, broker: str | None, **settings: Any) -> FlaskClient:
    service = make_service("notify", database, due=[], handlers={}, broker_url=broker, rate_factor=1, **settings)
    with service.act() as ctx:
        for person in (ESTHER, OTHER):
            one = PersonChanged(person_id=person, kind="patient", name="N", language="sv", zone="Europe/Stockholm")
            APPLY[PersonChanged](ctx.session, one)
    return create_app(service, [toy()]).test_client()


def got(asker: FlaskClient, path: str = "/notify/toy", times: int = 12, method: str = "GET", **more: Any) -> int:
    """How many of so many requests were let through."""
    return sum(asker.open(path, method=method, **more).status_code != 429 for _ in range(times))


def test_C_auth_each_session_and_each_place_has_its_own_amount(notify_db: Database, valkey_url: str) -> None:
    asker = client(notify_db, valkey_url)
    assert got(asker) == 8
    assert got(asker, environ_base={"REMOTE_ADDR": "10.1.2.3"}) == 8
    assert got(sign_in(asker, ESTHER)) == 6, "who is signed in is not counted by the place"
    assert got(sign_in(asker, OTHER)) == 6
    assert got(sign_in(asker, OTHER, UUID(int=1))) == 6, "nobody's other session is stopped by one that was stolen"


def test_C_auth_what_a_stranger_says_of_the_way_makes_them_nobody_else(notify_db: Database, valkey_url: str) -> None:
    asker, afar = client(notify_db, valkey_url), {"REMOTE_ADDR": "203.0.114.9"}
    forged = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(12)]
    let = [asker.get("/notify/toy", headers=one, environ_base=afar).status_code for one in forged]
    assert let.count(200) == 8, "only a gateway says who asks"
    chains = [{"X-Forwarded-For": f"10.0.0.{number}, 198.51.101.7"} for number in range(12)]
    assert [asker.get("/notify/toy", headers=one).status_code for one in chains].count(200) == 8, (
        "the last one is its own"
    )


def test_one_household_is_one_place_and_two_are_two(notify_db: Database, valkey_url: str) -> None:
    asker = client(notify_db, valkey_url)
    home = [f"2001:db8:0:1::{number:x}" for number in range(12)]
    assert [asker.get("/notify/toy", environ_base={"REMOTE_ADDR": one}).status_code for one in home].count(429) == 4
    assert got(asker, environ_base={"REMOTE_ADDR": "2001:db8:0:2::1"}, times=3) == 3


def test_signing_in_and_whole_files_are_given_less(notify_db: Database, valkey_url: str) -> None:
    asker = client(notify_db, valkey_url)
    assert got(asker, "/contract/signin/toy", times=5, method="POST") == 2
    assert got(sign_in(asker, ESTHER), "/notify/toy.csv", times=5) == 3


def test_B10_point_3_who_guesses_numbers_in_an_emergency_is_stopped_for_an_hour_in_all_their_sessions(
    notify_db: Database, valkey_url: str
) -> None:
    asker, guess = client(notify_db, valkey_url), {"path": "/notify/emergency", "method": "POST"}
    assert got(sign_in(asker, ESTHER), "/notify/emergency", times=3) == 3
    assert got(sign_in(asker, ESTHER), times=3, **guess) == 3
    assert got(sign_in(asker, ESTHER, UUID(int=1)), times=3, **guess) == 1
    assert got(sign_in(asker, OTHER), times=2, **guess) == 2, "nobody else is"
    stopped = sign_in(asker, ESTHER, UUID(int=2)).post("/notify/emergency")
    wait = int(stopped.headers["Retry-After"])
    assert 60 < wait <= 3600
    assert f"om {-(-wait // 60)} minuter" in stopped.text, "the page says the same"
    with redis.Redis.from_url(valkey_url) as kept:
        assert str(ESTHER) not in " ".join(name.decode() for name in kept.keys("rates*"))


def test_static_files_and_the_door_between_services_are_not_counted(notify_db: Database, valkey_url: str) -> None:
    asker = client(notify_db, valkey_url)
    assert got(asker, "/notify/internal/healthz") == 12
    assert got(asker, "/notify/static/none.css") == 12
    assert got(asker, "/notify/internal/v1/streams/notify.contract") == 12


@pytest.mark.parametrize(("language", "said"), [("sv", "Lite för fort"), ("en", "A little too fast")])
def test_the_answer_is_a_page_or_a_problem_and_says_when(
    notify_db: Database, valkey_url: str, language: str, said: str
) -> None:
    asker, wish = client(notify_db, valkey_url), {"Accept-Language": language}
    asker.set_cookie("language", language)
    got(asker)
    page = asker.get("/notify/toy", headers=wish)
    assert (page.status_code, page.content_type) == (429, "text/html; charset=utf-8")
    assert said in page.text
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "Content-Security-Policy" in page.headers
    problem = asker.get("/notify/api/v1/toy", headers=wish)
    assert (problem.status_code, problem.content_type) == (429, "application/problem+json")
    assert 0 < int(problem.headers["Retry-After"]) <= 60
    assert problem.json
    assert problem.json["title"] == {"sv": "För fort", "en": "Too fast"}[language]


def test_nobody_can_be_read_in_the_counts_and_they_end(notify_db: Database, valkey_url: str) -> None:
    asker = client(notify_db, valkey_url)
    got(asker, environ_base={"REMOTE_ADDR": "203.0.114.9"})
    got(sign_in(asker, ESTHER), "/notify/toy.csv")
    with redis.Redis.from_url(valkey_url) as kept:
        names = [name.decode() for name in kept.keys("rates*")]
        assert len(names) == 3
        assert all(0 < kept.ttl(name) <= 60 for name in names)
        told = " ".join(names)
    assert not any(word in told for word in (str(ESTHER), str(UUID(int=ESTHER.int ^ 1)), "203.0.114.9"))


def test_more_is_given_where_it_is_set_and_nothing_counted_where_a_demonstration_says_so(
    notify_db: Database, valkey_url: str
) -> None:
    asker = client(notify_db, valkey_url)
    service = asker.application.extensions["samkontrakt"]
    twice = make_service("notify", service.database, due=[], handlers={}, broker_url=valkey_url, rate_factor=2)
    assert got(create_app(twice, [toy()]).test_client(), times=20) == 16
    none = make_service("notify", service.database, due=[], handlers={}, broker_url=valkey_url)
    assert got(create_app(none, [toy()]).test_client(), times=20) == 20


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[tuple[Valkey, subprocess.Popen[bytes]]]:
    server = Valkey(tmp_path / "valkey", ports.choose(["one"], {})["one"], "a-password-for-this-test")
    process = server.start()
    yield server, process
    process.kill()
    process.wait(10)


def test_C_auth_redis_killed_midway_leaves_a_limit_and_locks_nobody_out(
    notify_db: Database, own_valkey: tuple[Valkey, subprocess.Popen[bytes]]
) -> None:
    server, process = own_valkey
    asker = client(notify_db, server.url)
    assert got(asker, times=5) == 5
    process.kill()
    process.wait(10)
    assert got(asker) == 4, "half as much while each process counts alone"
    assert asker.get("/notify/toy", environ_base={"REMOTE_ADDR": "10.1.1.1"}).status_code == 200
    assert got(sign_in(asker, ESTHER)) == 3


def test_redis_is_asked_seldom_while_it_is_away_and_again_when_it_is_back(
    notify_db: Database, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    app = client(notify_db, NOWHERE).application
    service = app.extensions["samkontrakt"]
    count = rates.Rates(service.config, lambda: now[0])
    asked: list[str] = []
    assert count._shared is not None
    hit = count._shared.hit

    def noted(*told: Any) -> bool:
        asked.append("once")
        return hit(*told)

    monkeypatch.setattr(count._shared, "hit", noted)
    with app.test_request_context("/notify/toy"):
        for _ in range(3):
            count.check()
        assert asked == ["once"]
        now[0] += rates.AWAY_SECONDS
        count.check()
    assert asked == ["once", "once"]
