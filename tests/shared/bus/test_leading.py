"""Who numbers: one at a time, also when the one who did only stood still for a while."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from shared.bus import leading, outbox, relay, tables
from shared.bus.beats import mark
from shared.bus.relay import Relay
from shared.db import Database
from shared.events import ReminderCancelled
from shared.service import Service
from tests.support.services import make_service

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    return make_service("selfcare", selfcare_db, handlers={}, due=[])


@pytest.fixture
def frozen_relay(service: Service) -> Iterator[int]:
    """The process id of a relay that leads."""
    process = multiprocessing.get_context("fork").Process(target=lead_alone, args=(service.database.url,))
    process.start()
    tell(service)
    until(lambda: numbers(service) == [1])
    yield process.pid or 0
    process.kill()
    process.join()


def lead_alone(url: str) -> None:
    """A relay with connections of its own, until it is ended."""
    Relay(make_service("selfcare", Database(url), handlers={}, due=[])).run()


def tell(service: Service) -> None:
    with service.act() as ctx:
        ctx.tell(ReminderCancelled(reminder_id=uuid4(), reason_key="1"))


def numbers(service: Service) -> list[int]:
    numbered = tables.outbox.c.seq.is_not(None)
    with service.database.begin() as session:
        return list(
            session.execute(sa.select(tables.outbox.c.seq).where(numbered).order_by(tables.outbox.c.seq)).scalars()
        )


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.05)


def led(one: Relay) -> bool:
    one.tick()
    return one.leader is not None


def close(one: Relay) -> None:
    if one._stand_in:
        one._stand_in.kill()
    one._step_down()


def test_a_frozen_leader_is_followed_in_bounded_time_and_does_nothing_when_it_thaws(
    service: Service, frozen_relay: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "FROZEN_SECONDS", 2.0)
    second = Relay(service)
    try:
        assert not led(second)
        os.kill(frozen_relay, signal.SIGSTOP)
        tell(service)
        began = time.monotonic()
        until(lambda: led(second), 20)
        assert time.monotonic() - began < 15
        assert numbers(service) == [1, 2]
        os.kill(frozen_relay, signal.SIGCONT)
        for expected in range(3, 13):
            tell(service)
            second.tick()
            assert numbers(service) == list(range(1, expected + 1))
        with service.database.begin() as session:
            assert outbox.leads(session, second.leader or 0)
    finally:
        close(second)


def test_a_leader_that_still_works_is_not_unseated(service: Service) -> None:
    first, second = Relay(service), Relay(service)
    try:
        assert led(first)
        mark(service.database, "relay")
        assert not led(second)
        tell(service)
        assert led(first)
        assert numbers(service) == [1]
    finally:
        close(first)
        close(second)


def test_a_leader_that_was_deposed_steps_down_before_it_rings(service: Service) -> None:
    first = Relay(service)
    try:
        assert led(first)
        with service.database.begin() as session:
            outbox.lead(session, "selfcare")
        tell(service)
        first.tick()
        assert first.leader is None
        assert numbers(service) == []
        assert led(first)
        assert numbers(service) == [1]
    finally:
        close(first)


def test_a_leader_whose_session_was_ended_leads_again(service: Service) -> None:
    first = Relay(service)
    try:
        assert led(first)
        with service.database.begin() as session:
            session.execute(sa.text(leading.UNSEAT.replace("%s", str(relay.LEADER_LOCK))))
        tell(service)
        with pytest.raises(psycopg.Error):
            first._sleep()
        first._step_down()
        assert led(first)
        assert numbers(service) == [1]
    finally:
        close(first)
