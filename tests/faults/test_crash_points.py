"""A process dies at each crash point there is and comes back: every event is handled once, and every message arrives, at
most once more where nobody can know, and then under the same Message-ID and marked (promises 3, 4, 10, 19)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from deploy import ports
from services.notify.delivery.domain import Klass
from shared import crash
from shared.bus.beats import seconds_since
from shared.bus.relay import TICK_SECONDS
from shared.db import Database
from shared.events import DeliveryDelivered, DeliveryFailed, Event
from shared.service import Service
from tests.faults import walk
from tests.faults.stage import Role, Stage, until
from tests.services.notify.delivery.material import rows, service_with_people
from tests.services.notify.delivery.smtp_peer import Peer, Server
from tests.support.services import make_service

WEB, PRODUCER, READER = ("selfcare", "web"), ("selfcare", "relay"), ("notify", "relay")
OF_PRODUCER, OF_WEB = ("act.", "numbers.", "bell."), ("feed.",)
STEPS = list(crash.POINTS)
CLAIMED = STEPS[STEPS.index("claim.committed") : STEPS.index("outcome.committed")]
"""Where a sender that dies leaves a claim behind of which nobody knows what became."""
COUNTED = STEPS[STEPS.index("attempt.counted") : STEPS.index("handled.committed")]
"""Where an attempt at an event has begun and not ended."""
LEFT = {"letter.sent": "the first", "outcome.known": "all", "outcome.written": "all"}


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.fixture
def smtp_url(peer: Peer) -> Iterator[str]:
    with Server(peer) as server:
        yield server.url


@pytest.fixture
def selfcare(selfcare_db: Database) -> Service:
    return make_service("selfcare", selfcare_db)


@pytest.fixture
def notify(notify_db: Database, smtp_url: str) -> Service:
    own = f"http://127.0.0.1:{ports.choose(['web'], {})['web']}"
    return service_with_people(notify_db, smtp_url=smtp_url, urls={"selfcare": own, "contract": "http://127.0.0.1:9"})


@pytest.fixture
def stage(selfcare: Service, notify: Service, tmp_path: Path) -> Iterator[Stage]:
    walk.prepare(selfcare, notify)
    configs = {service.name: service.config for service in (selfcare, notify)}
    made = Stage(tmp_path, configs, {"selfcare": notify.config.urls["selfcare"]})
    yield made
    made.close()


def role_of(point: str) -> Role:
    if point.startswith(OF_PRODUCER):
        return PRODUCER
    return WEB if point.startswith(OF_WEB) else READER


def die_and_come_back(stage: Stage, role: Role, point: str) -> None:
    until(
        lambda: f"crash point {point}\n" in stage.said(role), lambda: f"{point} was never reached\n{stage.said(role)}"
    )
    stage.kill(role)
    stage.start(role)


def walk_through(stage: Stage, selfcare: Service, notify: Service, point: str) -> None:
    """Producer first, then its web, then the reader; the one that passes the point dies there and is started again."""
    dying = role_of(point)
    armed = {role: point if role == dying else "" for role in (PRODUCER, WEB, READER)}
    stage.start(PRODUCER, armed[PRODUCER])
    if dying == PRODUCER:
        die_and_come_back(stage, dying, point)
    until(lambda: walk.numbered(selfcare), lambda: f"not everything got a number\n{stage.said(PRODUCER)}")
    stage.start(WEB, armed[WEB])
    stage.start(READER, armed[READER])
    if dying != PRODUCER:
        die_and_come_back(stage, dying, point)


@pytest.mark.full
@pytest.mark.parametrize("point", STEPS)
def test_P3_P4_P10_P19_killed_at_every_crash_point_nothing_is_lost_and_nothing_said_twice(
    point: str, stage: Stage, selfcare: Service, notify: Service, peer: Peer
) -> None:
    walk_through(stage, selfcare, notify, point)
    until(
        lambda: walk.settled(notify),
        lambda: f"not settled: {[(row.state, row.reason) for row in rows(notify)]}\n{stage.said(READER)}",
    )
    walk.check_events(selfcare, notify)
    check_messages(notify, peer, point)
    if point in COUNTED:
        assert min(walk.attempts(notify)) >= 1
        assert max(walk.attempts(notify)) == 2, "the attempt that killed its process was not counted"


@pytest.mark.alone
def test_fault_1_who_stands_in_for_the_worker_ends_with_the_relay(stage: Stage, notify: Service) -> None:
    stage.start(READER)
    until(lambda: seconds_since(notify.database, "stand_in") is not None, lambda: stage.said(READER))
    relay = stage.running[READER]
    relay.kill()
    relay.join()
    silent = 5 * TICK_SECONDS
    until(lambda: (seconds_since(notify.database, "stand_in") or 0) > silent, lambda: "it works on, for nobody")


def check_messages(notify: Service, peer: Peer, point: str) -> None:
    ledger, copies, told = rows(notify), walk.arrived(peer), walk.told(notify)
    for row in walk.reminders_of(ledger):
        assert row.state == "accepted"
        assert row.message_id
        marks = copies[row.message_id]
        if point not in CLAIMED:
            assert marks == [False]
        elif LEFT.get(point) == "all":
            assert marks == [False, True], "the same Message-ID, and the second one marked"
        else:
            first = row.attempt is None and LEFT.get(point) == "the first"
            assert marks == [True] or (first and marks == [False, True])
    (other,) = [row for row in ledger if row.klass == Klass.CONVENIENCE]
    assert (other.state, other.reason) == (("failed", "unconfirmed") if point in CLAIMED else ("accepted", None))
    silent = point in CLAIMED and LEFT.get(point) != "all"
    assert other.message_id
    assert copies[other.message_id] == ([] if silent else [False])
    kinds: dict[UUID | None, type[Event]] = {
        row.subject_id: DeliveryDelivered for row in ledger if row.attempt and row.state == "accepted"
    }
    if point in CLAIMED:
        kinds[other.subject_id] = DeliveryFailed
    assert {subject: [type(fact) for fact in facts] for subject, facts in told.items()} == {
        subject: [kind] for subject, kind in kinds.items()
    }
