"""The facts come from the service's own database and its health page tells them: with the right code, fast, nameless."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.notify.delivery.breaker import store as breaker
from services.notify.delivery.sending.actions import hindered
from shared.bus import outbox, tables
from shared.bus.beats import mark
from shared.bus.work import Work
from shared.db import Database
from shared.events import ReminderCancelled
from shared.service import Due, Service
from shared.watch.facts import Facts
from shared.watch.store import facts
from tests.services.notify.delivery.material import put
from tests.shared.audit.logs import chain_all, write
from tests.support.services import DirectFeed, make_app, make_service

MANY = 20_000


@pytest.fixture
def notify(notify_db: Database) -> Service:
    return make_service("notify", notify_db)


@pytest.fixture
def client(notify: Service) -> FlaskClient:
    return make_app(notify).test_client()


def known(service: Service, now: datetime | None = None) -> Facts:
    with service.database.begin() as session:
        return facts(session, service.name, service.due, now or service.now(session))


def receive(service: Service, state: str, many: int, ago: timedelta) -> None:
    """Put events of as many aggregates in the inbox, received so long ago."""
    at = datetime.now(UTC) - ago
    plain = {"stream": "selfcare.notify", "generation": 1, "type": "t", "data": "x", "state": state, "received_at": at}
    with service.database.begin() as session:
        first = session.execute(sa.select(sa.func.coalesce(sa.func.max(tables.inbox.c.seq), 0))).scalar_one()
        rows = [{**plain, "seq": first + n, "event_id": uuid4(), "aggregate": str(n)} for n in range(1, many + 1)]
        session.execute(tables.inbox.insert(), rows)
        session.execute(sa.text("ANALYZE inbox"))


def health(client: FlaskClient, role: str = "") -> tuple[int, dict[str, Any]]:
    answer = client.get("/notify/internal/healthz" + role)
    return answer.status_code, answer.get_json()


def test_P41_the_health_page_answers_200_while_work_gets_on_and_503_when_it_does_not(
    client: FlaskClient, notify: Service
) -> None:
    assert health(client)[0] == 503
    mark(notify.database, "relay", "bell", "work")
    assert health(client)[0] == 200
    receive(notify, "waiting", 3, timedelta(seconds=90))
    code, told = health(client)
    assert (code, told["ok"], told["wedged"]) == (503, False, [])
    assert told["facts"]["inbox"]["waiting"]["count"] == 3
    assert "3 events wait to be handled, the oldest for 90 s" in told["reasons"][0]["text"]
    assert [health(client, role)[0] for role in ("/web", "/relay", "/work", "/other")] == [200, 200, 503, 404]


def test_P41_what_waits_on_the_way_out_is_told_with_its_age(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    with service.act() as ctx:
        ctx.tell(ReminderCancelled(reminder_id=uuid4(), reason_key="1"))
    with service.database.begin() as session:
        session.execute(sa.update(tables.outbox).values(recorded_at=datetime.now(UTC) - timedelta(seconds=40)))
        leader = outbox.lead(session, "selfcare")
    late = {name for name, told in known(service).tells.items() if (told.unnumbered or 0) >= 40}
    assert late == {"selfcare.notify"}
    with service.database.begin() as session:
        outbox.number(session, "selfcare.notify", leader)
    told = known(service).tells["selfcare.notify"]
    assert told.unnumbered is None
    assert (told.unconfirmed or 0) >= 40
    assert known(service).leader == leader


def test_P34_a_log_that_nobody_chains_is_told_with_its_age(notify: Service) -> None:
    assert known(notify).unchained is None
    write(notify.database, 1)
    assert 0 <= (known(notify).unchained or -1) < 60
    chain_all(notify.database)
    assert known(notify).unchained is None


def test_P41_a_channel_left_alone_is_told_with_what_waits_for_it(notify: Service) -> None:
    put(notify, 2)
    with notify.database.begin() as session:
        now = notify.now(session)
        assert hindered(session, now) is None
        breaker.failed(session, "email")
    told = known(notify).due["send"].hindrance
    assert told is not None
    assert (told.what, told.waits.count) == ("e-mail", 2)
    assert told.loses_use_in is not None


def test_P41_whatever_a_worker_commits_shows_that_it_gets_on(notify: Service) -> None:
    """Also in the middle of a long round, and not when it commits nothing."""
    seen: list[float | None] = []

    def slow(service: Service) -> int:
        with service.act() as ctx:
            ctx.session.execute(sa.select(1))
        seen.append(known(service).work)
        return 1

    service = make_service("notify", notify.database, due=[Due("slow", lambda _session, at: at, slow)])
    assert known(service).work is None
    Work(service, "work", DirectFeed({"notify": service, "selfcare": service, "contract": service}))._handle()
    assert (known(service).work or 9) < 5
    slow(service)
    assert seen[0] is not None


def test_P41_asking_is_cheap_beside_a_big_inbox(notify: Service, client: FlaskClient) -> None:
    """The count stops early, and nothing is read but the ends of indexes."""
    receive(notify, "done", MANY, timedelta(hours=2))
    receive(notify, "waiting", MANY, timedelta(hours=1))
    receive(notify, "held", 2000, timedelta(hours=1))
    notify.database.close()  # a new connection has counted nothing yet
    with notify.database.begin() as session:
        told = facts(session, "notify", notify.due, notify.now(session)).inbox
        read = sa.text("SELECT seq_scan, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'inbox'")
        whole, rows = session.execute(read).one()
    assert (told["waiting"].count, told["held"].count) == (1001, 1001)
    assert whole == 0
    assert rows <= 2 * 1001
    took = [seconds_of(client) for _ in range(30)]
    sys.stdout.write(f"health page beside {2 * MANY} events: {min(took) * 1000:.1f} ms\n")


def seconds_of(client: FlaskClient) -> float:
    begun = time.perf_counter()
    health(client)
    return time.perf_counter() - begun
