"""The relay: one of them leads, and the next takes over when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.bus import tables
from shared.bus.beats import seconds_since
from shared.bus.relay import Relay
from shared.db import Database
from shared.events import ReminderCancelled
from shared.service import Service
from tests.support.services import make_service


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    return make_service("selfcare", selfcare_db, due=[])


class Mute(Relay):
    """A relay that starts no worker of its own: only who leads is looked at."""

    def _watch(self, served: bool) -> None:
        return None


@pytest.fixture
def relays(service: Service) -> Iterator[tuple[Relay, Relay]]:
    made = Mute(service), Mute(service)
    yield made
    for relay in made:
        relay._step_down()


def tell(service: Service) -> None:
    with service.act() as ctx:
        ctx.tell(ReminderCancelled(reminder_id=uuid4(), reason_key="moved"))


def numbers(service: Service) -> list[int | None]:
    with service.database.begin() as session:
        return list(session.execute(sa.select(tables.outbox.c.seq).order_by(tables.outbox.c.id)).scalars())


def test_fault_31_of_two_relays_one_leads_and_the_other_takes_over_when_it_is_gone(
    service: Service, relays: tuple[Relay, Relay]
) -> None:
    first, second = relays
    first.tick()
    second.tick()
    assert (first.leader is not None, second.leader) == (True, None), "two lead"
    tell(service)
    second.tick()
    assert numbers(service) == [None]
    first.tick()
    assert numbers(service) == [1]
    first._step_down()
    tell(service)
    second.tick()
    assert numbers(service) == [1, 2]
    assert second.leader is not None


def test_a_leading_relay_is_seen_to_go_round_and_one_that_only_waits_is_not(
    service: Service, relays: tuple[Relay, Relay]
) -> None:
    first, second = relays
    first.tick()
    with service.database.begin() as session:
        session.execute(sa.update(tables.beat).values(at=tables.beat.c.at - timedelta(minutes=5)))
    second.tick()
    assert (seconds_since(service.database, "relay") or 0) > 290
    first._round = 0.0
    first.tick()
    assert (seconds_since(service.database, "relay") or 300) < 60
