"""Whatever a hand in the database does to the access log is found, at its place; what nobody touched is clean."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.audit.chaining import chain
from shared.audit.domain import ENTRY, Broken, Finding, Head
from shared.audit.heads import HeadFile
from shared.audit.verifying import examine, verify
from shared.db import Database
from tests.shared.audit.logs import SERVICE, Hand, chain_all, head, links, write

ROWS = 24
FIELDS = [name for name in ENTRY if name != "id"]
PLACES = st.integers(1, ROWS)
Judge = Callable[[Callable[[Hand, list[int]], None]], list[Finding]]


@pytest.fixture
def log(notify_db: Database) -> Database:
    """A log whose rows were committed in another order than they were written in, chained in several goes."""
    with notify_db.begin() as session:
        session.execute(
            sa.text("SELECT nextval(pg_get_serial_sequence('access_log', 'id')) FROM generate_series(1, 3)")
        )
    write(notify_db, *range(ROWS))
    chain_all(notify_db)
    return notify_db


@pytest.fixture
def judged(log: Database) -> Judge:
    """What is found after a hand's work, which is rolled back."""
    ids, signed = [entry for _, entry in links(log)], head(log)

    def judge(work: Callable[[Hand, list[int]], None]) -> list[Finding]:
        with log.engine.connect() as connection, connection.begin() as transaction:
            work(Hand(connection), [0, *ids])
            found = list(examine(connection, SERVICE, signed).findings)
            transaction.rollback()
        return found

    return judge


often = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_P34_what_nobody_touched_is_clean(log: Database, judged: Judge) -> None:
    assert judged(lambda _hand, _ids: None) == []
    verdict = verify(log, SERVICE, None)
    assert (verdict.findings, verdict.rows) == ((), ROWS)


@often
@given(st.sets(PLACES, min_size=1, max_size=4), st.data())
def test_P34_fault_48_the_first_row_that_was_changed_or_removed_is_found(
    judged: Judge, places: set[int], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(places))))

    def work(hand: Hand, ids: list[int]) -> None:
        for place in places:
            if place in gone:
                hand.delete(ids[place])
            else:
                hand.edit(ids[place], data.draw(st.sampled_from(FIELDS)))

    found = judged(work)[0]
    first = min(places)
    assert (found.seq, found.broken) == (first, Broken.REMOVED if first in gone else Broken.CHANGED)


@often
@given(st.sets(PLACES, min_size=2, max_size=2), st.booleans())
def test_P34_fault_48_rows_that_changed_places_are_found(judged: Judge, pair: set[int], in_chain: bool) -> None:
    one, other = sorted(pair)

    def work(hand: Hand, ids: list[int]) -> None:
        (hand.swap_links if in_chain else hand.swap)(ids[one], ids[other])

    found = judged(work)[0]
    assert (found.seq, found.broken) == (one, Broken.CHANGED)


@often
@given(PLACES)
def test_P34_fault_48_a_row_added_in_the_middle_is_found(judged: Judge, place: int) -> None:
    """The ids begin with a gap, so that there is room before all of them."""
    assert [(one.broken, one.entry_id) for one in judged(lambda hand, ids: hand.add(ids[1] - 1))] == [
        (Broken.ADDED, links_first(judged) - 1)
    ]
    found = judged(lambda hand, ids: hand.add_with_link(ids[1] - 1, place))[0]
    assert (found.broken, found.seq) == (Broken.CHANGED, place)


def links_first(judged: Judge) -> int:
    seen: list[int] = []
    judged(lambda _hand, ids: seen.append(ids[1]))
    return seen[0]


@often
@given(PLACES)
def test_P34_fault_48_a_link_taken_out_of_the_chain_is_found(judged: Judge, place: int) -> None:
    found = judged(lambda hand, _ids: hand.run("DELETE FROM access_chain WHERE seq = :seq", seq=place))
    assert (found[0].seq, found[0].broken) == (place, Broken.CUT if place == ROWS else Broken.UNLINKED)
    assert found[1].broken is Broken.ADDED, "its row stands in the log and belongs to no link"


@often
@given(PLACES)
def test_P34_an_end_that_was_cut_off_is_found_by_the_head_that_was_signed(judged: Judge, place: int) -> None:
    found = judged(lambda hand, _ids: hand.cut(place))
    assert [(one.seq, one.broken) for one in found] == [(place, Broken.CUT)]


@often
@given(PLACES, st.sampled_from(FIELDS))
def test_P34_a_chain_made_anew_is_found_by_the_head_that_was_signed(judged: Judge, place: int, field: str) -> None:
    def work(hand: Hand, ids: list[int]) -> None:
        hand.edit(ids[place], field)
        hand.chain_anew()

    assert [(one.seq, one.broken) for one in judged(work)] == [(ROWS, Broken.REWRITTEN)]


def test_P34_rows_that_wait_too_long_or_vanish_before_they_are_chained_are_found(log: Database, judged: Judge) -> None:
    write(log, 1)
    assert judged(lambda _hand, _ids: None) == [], "it has waited for no time at all"
    late = judged(lambda hand, _ids: hand.run("UPDATE access_log SET at = at - interval '6 min' WHERE id > 0"))
    assert Broken.WAITING in {one.broken for one in late}
    lost = judged(lambda hand, ids: hand.run("DELETE FROM access_log WHERE id > :id", id=max(ids)))
    assert [one.broken for one in lost] == [Broken.LOST]


def test_P34_the_head_stands_outside_and_is_known_by_its_signature(log: Database, tmp_path: Path) -> None:
    file, other = HeadFile(tmp_path, SERVICE, ("a" * 40,)), HeadFile(tmp_path, SERVICE, ("b" * 40,))
    assert verify(log, SERVICE, file).findings == (), "nothing is signed yet, and nothing is old"
    file.write(head(log))
    assert verify(log, SERVICE, file).signed == head(log)
    assert verify(log, SERVICE, HeadFile(tmp_path, SERVICE, ("b" * 40, "a" * 40))).findings == ()
    assert [one.broken for one in verify(log, SERVICE, other).findings] == [Broken.FORGED]
    file.write(Head(SERVICE, ROWS + 2, "00", "2026-11-24T11:00:00+00:00"))
    assert [(one.seq, one.broken) for one in verify(log, SERVICE, file).findings] == [(ROWS + 1, Broken.CUT)]
    with log.begin() as session:
        session.execute(sa.text("ALTER TABLE access_log DISABLE TRIGGER USER"))
        session.execute(sa.text("ALTER TABLE access_chain DISABLE TRIGGER USER"))
        hand = Hand(session.connection())
        hand.run("UPDATE access_log SET at = at - :past", past=timedelta(minutes=6))
        hand.chain_anew()
        for table in ("access_log", "access_chain"):
            session.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    file.path.unlink()
    assert [(one.seq, one.broken) for one in verify(log, SERVICE, file).findings] == [(1, Broken.UNSIGNED)]


def test_P34_what_is_written_meanwhile_is_no_alarm(log: Database, tmp_path: Path) -> None:
    """Two write, one chains and signs, and each time somebody looks, everything is as it was written."""
    stop, file, failed = threading.Event(), HeadFile(tmp_path, SERVICE, ("a" * 40,)), []

    def busy(act: Callable[[], None]) -> threading.Thread:
        def go() -> None:
            try:
                while not stop.is_set():
                    act()
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=go)
        thread.start()
        return thread

    def chain_and_sign() -> None:
        with log.begin() as session:
            chain(session, SERVICE)
        file.write(head(log))

    threads = [busy(lambda: write(log, 1)), busy(lambda: write(log, 2, 3)), busy(chain_and_sign)]
    try:
        verdicts = [verify(log, SERVICE, file) for _ in range(30)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert [one.findings for one in verdicts if one.findings] == []
    assert verdicts[-1].rows > verdicts[0].rows, "nothing was written meanwhile"
