"""The relay chains what is committed, whatever order it was written in, and signs how far it has come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared import audit
from shared.audit.chaining import Chainer, chain
from shared.audit.domain import canonical, read_head
from shared.audit.verifying import verify
from shared.bus.relay import Relay
from shared.db import Database
from shared.service import Service
from tests.shared.audit.logs import SERVICE, Hand, chain_all, head, links, row, write
from tests.support.databases import counted
from tests.support.services import make_service


class Mute(Relay):
    """A relay that starts no worker of its own."""

    def _watch(self, served: bool) -> None:
        return None


@pytest.fixture
def service(notify_db: Database, tmp_path: Path) -> Service:
    return make_service(SERVICE, notify_db, due=[], audit_heads=tmp_path)


@pytest.fixture
def relay(service: Service) -> Iterator[Relay]:
    made = Mute(service)
    yield made
    made._step_down()


def test_P34_a_row_is_chained_when_it_is_committed_not_when_it_is_written(notify_db: Database) -> None:
    with notify_db.begin() as early:
        audit.write(early, [row(1)])
        write(notify_db, 2)
        chain_all(notify_db)
        assert len(links(notify_db)) == 1
    chain_all(notify_db)
    (first, later), (second, sooner) = links(notify_db)
    assert (first, second) == (1, 2)
    assert later > sooner, "the row that was written first was committed last"
    assert verify(notify_db, SERVICE, None).findings == ()


def test_P34_a_row_of_an_act_that_failed_leaves_no_gap(notify_db: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), notify_db.begin() as session:  # noqa: PT012
        audit.write(session, [row(1)])
        session.execute(sa.text("SELECT 1 / 0"))
    write(notify_db, 2, 3)
    chain_all(notify_db)
    assert [seq for seq, _ in links(notify_db)] == [1, 2]


def test_P34_two_who_chain_at_once_chain_each_row_once(notify_db: Database) -> None:
    write(notify_db, *range(60))
    threads = [threading.Thread(target=chain_all, args=(notify_db,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seq for seq, _ in links(notify_db)] == list(range(1, 61))
    assert verify(notify_db, SERVICE, None).findings == ()


def test_P34_the_relay_chains_and_asks_nothing_more_when_nothing_is_new(service: Service, relay: Relay) -> None:
    write(service.database, 1, 2)
    relay.tick()
    assert len(links(service.database)) == 2
    relay._round = 0.0
    with counted(service.database) as sent:
        relay.tick()
    assert [one for one in sent if "access_" in one and "stream" not in one] == []


def test_P34_the_relay_signs_the_head_and_no_chain_that_is_not_the_one_it_signed(
    service: Service, relay: Relay, tmp_path: Path
) -> None:
    write(service.database, 1, 2)
    relay.tick()
    relay._round = 0.0
    relay.tick()
    kept = tmp_path / f"{SERVICE}.head"
    signed = read_head(kept.read_text(), service.config.audit_keys)
    assert signed is not None
    assert (signed.seq, signed.hash) == (2, head(service.database).hash)
    with service.database.engine.begin() as connection:
        hand = Hand(connection)
        hand.cut(2)
        for table in ("access_log", "access_chain"):
            hand.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    write(service.database, 3, 4)
    again = Chainer(service.config, service.database)
    again.add()
    again.sign()
    assert read_head(kept.read_text(), service.config.audit_keys) == signed, "what was signed is the proof"


def test_P34_a_log_that_can_not_be_chained_holds_up_nothing_else(service: Service, relay: Relay) -> None:
    write(service.database, 1)
    with service.database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE access_chain RENAME TO hidden"))
    try:
        relay.tick()
        assert relay.leader is not None
    finally:
        with service.database.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE hidden RENAME TO access_chain"))
    relay.tick()
    assert len(links(service.database)) == 1


def test_P34_thousands_at_once_are_chained_in_several_goes(notify_db: Database) -> None:
    with notify_db.begin() as session:
        audit.write(session, [row(number) for number in range(50)])
    with notify_db.begin() as session:
        assert chain(session, SERVICE, 20) == 20
    chain_all(notify_db, 20)
    assert len(links(notify_db)) == 50


def test_P34_no_two_entries_read_the_same() -> None:
    one = (1, None, "a", "b")
    for other in [(1, None, "a,b", ""), (1, "null", "a", "b"), ("1", None, "a", "b"), (1, None, 'a","b')]:
        assert canonical(one) != canonical(other)
