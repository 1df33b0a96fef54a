"""The bus's promises, on real databases: events and state together, gap-free numbers, once each, in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from shared.bus import handling, inbox, known, operating, outbox, tables
from shared.context import Ctx
from shared.db import Database
from shared.events import PreferencesChanged, ReminderCancelled, SessionEnded
from shared.policy import Undeclared, Who, policy
from shared.service import Service, assemble
from tests.support.services import DirectFeed, config_for, make_service, pump, set_clock, told, waiting_for

Seen = list[tuple[UUID, int]]


@pytest.fixture
def seen() -> Seen:
    return []


def listening(seen: Seen, fail: Callable[[ReminderCancelled], bool] = lambda _: False) -> dict[Any, Any]:
    """A handler that notes which aggregate told which number."""

    @policy("test", "handle", Who.SERVICE)
    def note(_ctx: Ctx, event: ReminderCancelled) -> None:
        if fail(event):
            raise RuntimeError("the handler's own trouble")
        seen.append((event.reminder_id, int(event.reason_key)))

    return {ReminderCancelled: note}


@pytest.fixture
def pair(selfcare_db: Database, notify_db: Database, seen: Seen) -> dict[str, Service]:
    producer = make_service("selfcare", selfcare_db, due=[])
    reader = make_service("notify", notify_db, handlers=listening(seen), due=[])
    return {"selfcare": producer, "notify": reader}


def tell(service: Service, aggregate: UUID, *numbers: int) -> None:
    for number in numbers:
        with service.act() as ctx:
            ctx.tell(ReminderCancelled(reminder_id=aggregate, reason_key=str(number)))


def test_P2_an_event_of_a_rolled_back_change_is_never_told(pair: dict[str, Service], seen: Seen) -> None:
    def change_and_fail() -> None:
        with pair["selfcare"].act() as ctx:
            ctx.tell(ReminderCancelled(reminder_id=uuid4(), reason_key="1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    pump(pair)
    assert seen == []
    assert told(pair["selfcare"]) == []


def test_P19_every_event_is_handled_once_and_in_the_order_of_its_aggregate(
    pair: dict[str, Service], seen: Seen
) -> None:
    aggregates = [uuid4() for _ in range(7)]
    for number in range(5):
        for aggregate in aggregates:
            tell(pair["selfcare"], aggregate, number)
    assert pump(pair) == 35
    for aggregate in aggregates:
        assert [number for one, number in seen if one == aggregate] == list(range(5))


def test_numbers_are_gap_free_while_writers_race(pair: dict[str, Service]) -> None:
    """A transaction that commits late gets a later number: the reader skips nobody."""
    service, late = pair["selfcare"], uuid4()
    with service.act() as slow:
        slow.tell(ReminderCancelled(reminder_id=late, reason_key="0"))
        threads = [threading.Thread(target=tell, args=(service, uuid4(), *range(10))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pump(pair)
    pump(pair)
    with pair["notify"].database.begin() as session:
        numbers = list(session.execute(sa.select(tables.inbox.c.seq).order_by(tables.inbox.c.seq)).scalars())
        last = session.execute(sa.select(tables.inbox.c.aggregate).order_by(tables.inbox.c.seq.desc())).first()
    assert numbers == list(range(1, 42))
    assert last is not None
    assert last[0] == str(late)


def test_P19_a_deposed_leader_numbers_nothing(pair: dict[str, Service]) -> None:
    service = pair["selfcare"]
    with service.database.begin() as session:
        frozen = outbox.lead(session, "selfcare")
    with service.database.begin() as session:
        leader = outbox.lead(session, "selfcare")
    tell(service, uuid4(), 1)
    with service.database.begin() as session:
        assert outbox.number(session, "selfcare.notify", frozen) == 0
        assert outbox.number(session, "selfcare.notify", leader) == 1


def test_P3_the_same_batch_again_is_not_handled_again(pair: dict[str, Service], seen: Seen) -> None:
    tell(pair["selfcare"], uuid4(), *range(3))
    reader = pair["notify"]
    batch = DirectFeed(pair)("selfcare.notify", 0, None, 100)
    start = inbox.Cursor(1, 0, None)
    with reader.database.begin() as session:
        inbox.where(session, "selfcare.notify")
    assert inbox.store(reader.database, "selfcare.notify", start, batch)
    assert not inbox.store(reader.database, "selfcare.notify", start, batch)
    pump(pair)
    assert [number for _, number in seen] == [0, 1, 2]


def test_P20_a_stream_read_afresh_handles_nothing_twice(pair: dict[str, Service], seen: Seen) -> None:
    tell(pair["selfcare"], uuid4(), 1, 2)
    pump(pair)
    reader = pair["notify"]
    with reader.database.begin() as session:
        at = inbox.where(session, "selfcare.notify")
    inbox.start_afresh(reader.database, "selfcare.notify", at)
    pump(pair)
    assert max(Counter(seen).values()) == 1
    assert waiting_for(reader) == []


def test_P9_a_restored_producer_is_noticed_and_read_from_its_start(pair: dict[str, Service], seen: Seen) -> None:
    tell(pair["selfcare"], uuid4(), 1, 2, 3)
    pump(pair)
    with pair["selfcare"].database.begin() as session:
        session.execute(sa.delete(tables.outbox).where(tables.outbox.c.seq > 1))
        session.execute(sa.update(tables.stream).values(head=1))
    tell(pair["selfcare"], uuid4(), 7)
    pump(pair)
    assert [number for _, number in seen] == [1, 2, 3, 1, 7]  # what 2 and 3 changed is set back to what 1 told
    with pair["notify"].database.begin() as session:
        assert inbox.where(session, "selfcare.notify").generation == 2


def test_P21_a_poison_event_parks_its_aggregate_only(selfcare_db: Database, notify_db: Database, seen: Seen) -> None:
    bad, good = uuid4(), uuid4()
    handlers = listening(seen, fail=lambda event: event.reminder_id == bad and event.reason_key == "0")
    reader = make_service("notify", notify_db, handlers=handlers, due=[])
    services = {"selfcare": make_service("selfcare", selfcare_db, due=[]), "notify": reader}
    tell(services["selfcare"], bad, 0, 1)
    tell(services["selfcare"], good, 0, 1)
    for _ in range(handling.MOST_ATTEMPTS):
        pump(services)
        with reader.database.begin() as session:
            session.execute(sa.update(tables.inbox).values(not_before=sa.func.now()))
    assert [one for one, _ in seen] == [good, good]
    assert [state for _, state in waiting_for(reader)] == ["parked", "held"]
    tell(services["selfcare"], bad, 2)
    pump(services)
    assert [state for _, state in waiting_for(reader)] == ["parked", "held", "held"]
    with reader.database.begin() as session:
        parked = session.execute(
            sa.select(tables.inbox.c.event_id).where(tables.inbox.c.state == "parked")
        ).scalar_one()
    with reader.database.begin() as session:
        operating.skip(session, parked)
    pump(services)
    assert [number for one, number in seen if one == bad] == [1, 2]


def test_P1_P21_what_came_in_the_instant_its_hindrance_was_handled_is_not_held_for_ever(
    selfcare_db: Database, notify_db: Database, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, wrong = uuid4(), [True]
    reader = make_service("notify", notify_db, handlers=listening(seen, fail=lambda _: wrong[0]), due=[])
    services = {"selfcare": make_service("selfcare", selfcare_db, due=[]), "notify": reader}
    tell(services["selfcare"], one, 0)
    pump(services)
    wrong[0] = False

    def handled_meanwhile(*_stored: object) -> None:
        monkeypatch.undo()
        with reader.database.begin() as session:
            session.execute(sa.update(tables.inbox).values(not_before=sa.func.now()))
        handling.handle_waiting(reader.database, reader.sealer, reader.handle)

    tell(services["selfcare"], one, 1)
    monkeypatch.setattr(known, "settle", handled_meanwhile)
    inbox.receive(reader.database, DirectFeed(services), "selfcare.notify")
    assert ([number for _, number in seen], [state for _, state in waiting_for(reader)]) == ([0], ["held"])
    with reader.database.begin() as session:
        assert inbox.is_waiting(session)
    pump(services)
    assert [number for _, number in seen] == [0, 1]
    assert waiting_for(reader) == []


def test_P4_P21_a_handler_that_kills_its_process_parks_its_aggregate_only(
    selfcare_db: Database, notify_db: Database
) -> None:
    """The attempt is counted before the handler runs: otherwise every process that comes after dies of the same event."""
    bad, good = uuid4(), uuid4()
    services = {"selfcare": make_service("selfcare", selfcare_db, due=[]), "notify": killed_by(bad, notify_db)}
    tell(services["selfcare"], bad, 0, 1)
    tell(services["selfcare"], good, 0, 1)
    reader = services["notify"]
    inbox.receive(reader.database, DirectFeed(services), "selfcare.notify")
    for _ in range(handling.MOST_ATTEMPTS + 2):
        process = multiprocessing.get_context("fork").Process(target=handle_all, args=(reader,))
        process.start()
        process.join()
        with reader.database.begin() as session:
            session.execute(sa.update(tables.inbox).values(not_before=sa.func.now()))
    assert [state for _, state in waiting_for(reader)] == ["parked", "held"], "and the other aggregate is done"


def killed_by(aggregate: UUID, database: Database) -> Service:
    """A reader whose process dies of every event of this aggregate."""

    @policy("test", "handle", Who.SERVICE)
    def die(_ctx: Ctx, event: ReminderCancelled) -> None:
        if event.reminder_id == aggregate:
            os.kill(os.getpid(), signal.SIGKILL)

    return make_service("notify", database, handlers={ReminderCancelled: die}, due=[])


def handle_all(reader: Service) -> None:
    reader.database.engine.dispose(close=False)
    handling.handle_waiting(reader.database, reader.sealer, reader.handle)


def test_P22_what_cannot_be_read_is_quarantined_and_stops_nobody(pair: dict[str, Service], seen: Seen) -> None:
    tell(pair["selfcare"], uuid4(), 1, 2, 3, 4)
    batch = DirectFeed(pair)("selfcare.notify", 0, None, 100)
    batch[0]["type"] = "se.samkontrakt.contract.unit.changed.v1"
    batch[1]["data"] = "x" * 300_000
    batch[2]["data"] = batch[3]["data"]
    reader = pair["notify"]
    with reader.database.begin() as session:
        at = inbox.where(session, "selfcare.notify")
    assert inbox.store(reader.database, "selfcare.notify", at, batch)
    handling.handle_waiting(reader.database, reader.sealer, reader.handle)
    assert [number for _, number in seen] == [4]
    assert [state for _, state in waiting_for(reader)] == ["quarantined"] * 3


def test_a_batch_that_skips_a_number_is_stored_up_to_the_gap(pair: dict[str, Service]) -> None:
    tell(pair["selfcare"], uuid4(), 1, 2, 3)
    batch = DirectFeed(pair)("selfcare.notify", 0, None, 100)
    reader = pair["notify"]
    with reader.database.begin() as session:
        at = inbox.where(session, "selfcare.notify")
    assert inbox.store(reader.database, "selfcare.notify", at, [batch[0], batch[2]])
    with reader.database.begin() as session:
        assert inbox.where(session, "selfcare.notify").seq == 1


def test_nothing_is_readable_in_the_outbox(contract_db: Database) -> None:
    service = make_service("contract", contract_db, due=[], handlers={})
    session_id = uuid4()
    with service.act() as ctx:
        ctx.tell(SessionEnded(session_id=session_id))
    with service.database.begin() as session:
        rows = session.execute(sa.select(tables.outbox.c.data)).scalars().all()
    assert len(rows) == 2
    assert not any(str(session_id) in data for data in rows)


def test_a_reader_gets_no_field_it_does_not_need() -> None:
    from shared.events import PersonChanged

    person = PersonChanged(person_id=uuid4(), kind="patient", name="E", language="sv", zone="UTC", email="e@x.example")
    assert "email" not in person.data_for("selfcare")
    assert person.data_for("notify")["email"] == "e@x.example"


def test_rotating_a_pair_secret_opens_what_the_old_one_sealed(pair: dict[str, Service], seen: Seen) -> None:
    tell(pair["selfcare"], uuid4(), 1)
    reader = pair["notify"]
    old = reader.config.pair_secrets["selfcare"]
    both = {**reader.config.pair_secrets, "selfcare": ("Xq7-" * 12, *old)}
    rotated = make_service("notify", reader.database, handlers=reader.handlers, due=[], pair_secrets=both)
    pump({**pair, "notify": rotated})
    assert len(seen) == 1


def test_a_handler_without_a_policy_stops_the_service_from_starting(notify_db: Database) -> None:
    def undeclared(_ctx: Ctx, _event: PreferencesChanged) -> None:
        return None

    with pytest.raises(Undeclared, match="undeclared"):
        assemble(config_for("notify", notify_db), {PreferencesChanged: undeclared}, [])


def test_the_clock_of_a_service_stands_where_the_test_puts_it(pair: dict[str, Service]) -> None:
    service = pair["notify"]
    with service.act() as ctx:
        before = ctx.now
    set_clock(service, before.replace(hour=3))
    with service.act() as ctx:
        assert ctx.now.hour == 3
