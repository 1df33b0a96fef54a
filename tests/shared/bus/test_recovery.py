"""Back from a backup, read from the first event again, poisoned: nothing lost, nothing said twice, nobody stalled."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.selfcare.dialysis.store import release
from services.selfcare.dialysis.tables import DialysisSession
from services.selfcare.reminders.booked.actions import tell_booked
from shared.bus import handling, inbox, limit, operating, tables
from shared.context import Ctx
from shared.db import Database
from shared.events import SERVICES, ReminderCancelled, SessionEnded
from shared.policy import Who, policy
from shared.service import Service
from tests.shared.bus.backup import Kept
from tests.shared.bus.bad import STREAM, Pair
from tests.shared.bus.walk import LATER, Walk, dump
from tests.support.servers import Servers
from tests.support.services import make_service, pump, waiting_for

pytestmark = pytest.mark.timeout(300)
STREAMS = [f"{producer}.{reader}" for producer in SERVICES for reader in SERVICES if producer != reader]


@pytest.fixture
def kept(servers: Servers) -> Iterator[dict[str, Kept]]:
    made = {name: Kept(servers, name) for name in SERVICES}
    yield made
    for one in made.values():
        one.drop("")
        one.drop("_backup")


@pytest.fixture
def walk(kept: dict[str, Kept]) -> Walk:
    return Walk({name: one.database for name, one in kept.items()})


def cursor_of(service: Service, stream: str) -> Any:
    with service.database.begin() as session:
        return session.execute(sa.select(tables.cursor).where(tables.cursor.c.stream == stream)).one()


def acts_of(service: Service, resource: str) -> list[str]:
    with service.database.begin() as session:
        asked = {"resource": resource}
        query = sa.text("SELECT what FROM access_log WHERE resource = :resource ORDER BY id")
        return list(session.execute(query, asked).scalars())


def reminders(ledger: list[tuple[str, str]]) -> list[str]:
    return [key for key, _ in ledger if key.startswith("reminder:")]


def test_P9_selfcare_restored_to_before_a_reminder_sends_it_to_nobody_twice(kept: dict[str, Kept], walk: Walk) -> None:
    """The backup knows neither the reminder nor that it was sent. Both are found out again from the streams."""
    kept["selfcare"].back_up()
    walk.agreed.both_confirm()
    walk.at("2026-11-25 12:00")
    assert walk.deliver() == 1
    before, state = walk.ledger(), walk.reminders()[0].state
    kept["selfcare"].restore()
    walk.pump()
    with walk.services["selfcare"].act() as ctx:
        ctx.tell(ReminderCancelled(reminder_id=uuid4(), reason_key="another"))
    walk.pump()
    assert reminders(walk.ledger()) == reminders(before)
    assert walk.reminders()[0].state == state
    assert {name: waiting_for(service) for name, service in walk.services.items()} == {name: [] for name in SERVICES}
    at = cursor_of(walk.services["notify"], STREAM)
    assert at.generation == 2
    assert at.afresh is None
    assert "selfcare was restored to an earlier time: 1 events known here are gone there" in at.problem
    assert any("selfcare.notify restored: 1 events gone" in act for act in acts_of(walk.services["notify"], "stream"))


def test_P9_selfcare_that_claims_before_it_has_heard_anything_sends_nothing_twice(
    kept: dict[str, Kept], walk: Walk
) -> None:
    """The same, when the restored service tells its reminder before it has read that it was delivered."""
    walk.agreed.both_confirm()
    walk.at("2026-11-24 12:00")
    kept["selfcare"].back_up()
    walk.at("2026-11-25 12:00")
    assert walk.deliver() == 1
    before = walk.ledger()
    kept["selfcare"].restore()
    selfcare = walk.services["selfcare"]
    assert sum(job.run(selfcare) for job in selfcare.due) == 1
    walk.pump()
    assert walk.ledger() == before
    assert walk.reminders()[0].delivered_at is not None
    assert cursor_of(walk.services["notify"], STREAM).generation == 2


def test_P9_contract_restored_to_before_a_move_takes_its_time_back_and_may_move_it_anew(
    kept: dict[str, Kept], walk: Walk
) -> None:
    """Its versions are counted anew from the backup: the same number means another time now."""
    walk.agreed.both_confirm()
    walk.at("2026-11-24 12:00")
    kept["contract"].back_up()
    walk.agreed.suggests(LATER)
    walk.agreed.accepts(LATER)
    walk.pump()
    assert planned(walk) == [LATER]
    kept["contract"].restore()
    walk.pump()
    assert planned(walk) == [datetime(2026, 11, 27, 9, 0)]  # noqa: DTZ001
    at = cursor_of(walk.services["selfcare"], "contract.selfcare")
    assert "contract was restored" in at.problem
    other = datetime(2026, 12, 1, 13, 0)  # noqa: DTZ001
    walk.agreed.suggests(other)
    walk.agreed.accepts(other)
    walk.pump()
    assert planned(walk) == [other]


def planned(walk: Walk) -> list[datetime]:
    rows = [row for row in walk.reminders() if row.subject_kind == "next_contact"]
    return [row.occurrence_local for row in rows if row.state not in ("cancelled",)]


def test_P9_what_waited_unhandled_is_left_when_its_producer_knows_it_no_more(pair: Pair) -> None:
    pair.tell(1)
    pair.hear()
    poison = uuid4()
    pair.tell(2, 3, about=poison)
    inbox.receive(pair.reader.database, pair.feed, STREAM)
    pair.run("UPDATE inbox SET state = 'parked', problem = 'X' WHERE seq = 2")
    pair.run("UPDATE inbox SET state = 'held' WHERE seq = 3")
    pair.run("DELETE FROM outbox WHERE seq > 1", pair.producer)
    pair.run("UPDATE stream SET head = 1", pair.producer)
    pair.tell(4, about=poison)
    pair.hear()
    assert pair.handled() == [1, 4]
    assert sorted(pair.states()) == ["done", "done", "skipped", "skipped"]


def test_P20_every_stream_replayed_twice_beside_live_traffic_changes_nothing_and_sends_nothing(walk: Walk) -> None:
    walk.whole()
    walk.pump()
    kinds = Counter(row for service in walk.services.values() for row in types_handled(service))
    assert len(kinds) >= 12
    before = {name: dump(service, LIVE[name]) for name, service in walk.services.items()}
    told = threading.Event()
    live = threading.Thread(target=tell_until, args=(walk.services["contract"], told))
    live.start()
    handled_again = 0
    try:
        for _ in range(2):
            for stream in STREAMS:
                reader = walk.services[stream.split(".")[1]]
                with reader.database.begin() as session:
                    operating.replay(session, stream)
            handled_again += pump(walk.services, due=True)
    finally:
        told.set()
        live.join()
    pump(walk.services, due=True)
    assert handled_again > 40
    assert {name: waiting_for(service) for name, service in walk.services.items()} == {name: [] for name in SERVICES}
    for name, service in walk.services.items():
        assert dump(service, LIVE[name]) == before[name]


LIVE_EVENTS = 100
LIVE = {"contract": {"outbox", "known_session_end", "stream"}, "selfcare": {"known_session_end", "stream"},
        "notify": {"known_session_end", "stream"}}  # fmt: skip
"""What the live traffic itself writes: sessions that end, which touch nothing else. The outboxes of the others stand."""


def types_handled(service: Service) -> list[str]:
    with service.database.begin() as session:
        return list(session.execute(sa.select(tables.inbox.c.type).where(tables.inbox.c.state == "done")).scalars())


def tell_until(service: Service, enough: threading.Event) -> None:
    for _ in range(LIVE_EVENTS):
        if enough.wait(0.02):
            return
        with service.act() as ctx:
            ctx.tell(SessionEnded(session_id=uuid4()))


def test_P20_a_replay_rebuilds_a_copy_that_was_lost(walk: Walk) -> None:
    walk.agreed.both_confirm()
    walk.at("2026-11-24 12:00")
    selfcare = walk.services["selfcare"]
    before = dump(selfcare, ["stream"])
    with selfcare.database.begin() as session:
        for table in ("known_person", "known_cover_person", "known_role", "agreed_time", "reminder"):
            session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608
        operating.replay(session, "contract.selfcare")
    walk.pump()
    assert dump(selfcare, ["stream"]) == before


def test_P20_B3_rule_2_a_replay_rebuilds_what_the_plan_knows_of_bookings_and_asks_nobody_anew(walk: Walk) -> None:
    walk.books()
    contract = walk.services["contract"]
    before = {name: dump(service, ["stream"]) for name, service in walk.services.items()}
    assert len(before["contract"]["plan_booking"]) == 7, "six Tuesdays and a stay"
    assert len(before["contract"]["plan_finding"]) == 1
    for lost in (["plan_booking"], []):
        with contract.database.begin() as session:
            for table in lost:
                session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608
            operating.replay(session, "selfcare.contract")
        walk.pump()
        assert {name: dump(service, ["stream"]) for name, service in walk.services.items()} == before


@pytest.mark.full
def test_P9_B3_rule_2_selfcare_restored_to_before_another_week_takes_its_sessions_back(
    kept: dict[str, Kept], walk: Walk
) -> None:
    walk.books()
    kept["selfcare"].back_up()
    before = dump(walk.services["contract"])["plan_booking"]
    with walk.services["selfcare"].act() as ctx:
        release(ctx.session, [DialysisSession.patient_id == walk.agreed.karin], "new_pattern", ctx.now)
        tell_booked(ctx, [walk.agreed.karin])
    walk.pump()
    assert len(dump(walk.services["contract"])["plan_booking"]) == 1, "the stay alone"
    kept["selfcare"].restore()
    walk.pump()
    assert dump(walk.services["contract"])["plan_booking"] == before


def test_P20_an_event_that_the_reader_lost_comes_back_with_a_replay(pair: Pair) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.hear()
    pair.run("DELETE FROM inbox WHERE seq = 1")
    pair.seen.clear()
    pair.run("UPDATE cursor SET problem = 'told long ago'")
    with pair.reader.database.begin() as session:
        operating.replay(session, STREAM)
    pair.hear()
    assert sorted(pair.handled()) == [1, 2]
    assert cursor_of(pair.reader, STREAM).problem is None


def test_P20_an_older_state_never_comes_back_over_a_newer_one(pair: Pair) -> None:
    one = uuid4()
    pair.tell(1, 2, 3, about=one)
    pair.hear()
    pair.seen.clear()
    with pair.reader.database.begin() as session:
        operating.replay(session, STREAM)
    pair.hear()
    assert pair.handled() == [3]


def test_P19_a_quarantined_event_that_was_overtaken_is_not_tried_again(pair: Pair) -> None:
    one = uuid4()
    pair.tell(1, 2, about=one)
    pair.hear(lambda batch: [{**batch[0], "data": batch[1]["data"]}, *batch[1:]])
    stuck = pair.received()[0].event_id
    with pytest.raises(operating.Hopeless, match="newer"), pair.reader.database.begin() as session:
        operating.retry(session, stuck)
    with pair.reader.database.begin() as session:
        operating.skip(session, stuck)
    assert pair.states() == ["skipped", "done"]


@pytest.fixture
def pair(selfcare_db: Database, notify_db: Database) -> Pair:
    return Pair(selfcare_db, notify_db)


def poisoned(database: Database, seen: Any, poison: UUID, act: Any) -> Service:
    @policy("test", "handle", Who.SERVICE)
    def note(_ctx: Ctx, event: ReminderCancelled) -> None:
        if event.reminder_id == poison:
            act()
        seen.append(int(event.reason_key))

    return make_service("notify", database, handlers={ReminderCancelled: note}, due=[])


def test_P21_an_event_that_kills_its_process_is_parked_and_everything_else_flows(pair: Pair) -> None:
    poison = uuid4()
    pair.tell(0, 1, about=poison)
    for number in range(10, 20):
        pair.tell(number)
    inbox.receive(pair.reader.database, pair.feed, STREAM)
    with multiprocessing.Manager() as manager:
        seen = manager.list()
        for _ in range(handling.MOST_ATTEMPTS + 1):
            pair.run("UPDATE inbox SET not_before = clock_timestamp()")
            process = multiprocessing.get_context("fork").Process(
                target=handle_and_die, args=(pair.reader.database.url, seen, poison)
            )
            process.start()
            process.join(60)
            assert process.exitcode in (0, -9)
        assert sorted(seen) == list(range(10, 20))
    assert Counter(pair.states()) == {"done": 10, "parked": 1, "held": 1}
    assert pair.received()[0].problem == handling.ENDLESS
    pair.tell(2, about=poison)
    pair.tell(30)
    pair.hear()
    assert pair.handled() == [30]


def handle_and_die(url: str, seen: Any, poison: UUID) -> None:
    service = poisoned(Database(url), seen, poison, lambda: os.kill(os.getpid(), 9))
    handling.handle_waiting(service.database, service.sealer, service.handle)


def test_P21_an_event_that_never_ends_is_stopped_and_everything_else_flows(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "LONGEST_SECONDS", 0.3)
    poison, seen = uuid4(), list[int]()
    reader = poisoned(pair.reader.database, seen, poison, lambda: [None for _ in iter(int, 1)])
    pair.tell(0, 1, about=poison)
    for number in range(10, 20):
        pair.tell(number)
    inbox.receive(reader.database, pair.feed, STREAM)
    for _ in range(handling.MOST_ATTEMPTS):
        pair.run("UPDATE inbox SET not_before = clock_timestamp()")
        handling.handle_waiting(reader.database, reader.sealer, reader.handle)
    assert sorted(set(seen)) == list(range(10, 20))
    assert Counter(pair.states()) == {"done": 10, "parked": 1, "held": 1}
    assert pair.received()[0].problem == limit.TookTooLong.__name__
