"""Ten thousand messages through a channel that keeps keys, their senders killed at random: each is taken once (promise 10)."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy import ports
from shared.bus.tables import outbox
from shared.db import Database
from tests.faults import keyed
from tests.faults.stage import FORKS, end, until

MESSAGES, SENDERS = 10_000, 2
MOST_SECONDS = 90
BETWEEN_KILLS = 100, 800
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
PEOPLE = """
    INSERT INTO known_person (person_id, kind, name, language, zone, protected, email)
    SELECT gen_random_uuid(), 'patient', 'P', 'sv', 'Europe/Stockholm', false, 'p' || n || '@halsa.example'
    FROM generate_series(1, :count) n
"""
WISHES = """
    INSERT INTO delivery (id, dedup_key, class, recipient_id, patient_id, subject_id, attempt, template, version, params,
      created_at, not_before, useful_until, ignore_quiet)
    SELECT gen_random_uuid(), 'keyed:' || email,
      (ARRAY['clinical_reminder', 'convenience', 'staff_notice'])[1 + row_number() OVER () % 3],
      person_id, person_id, gen_random_uuid(), 1, 'time', 1,
      '{"starts_local": "2026-11-26T09:00:00", "zone": "Europe/Stockholm", "asks": true}',
      '2026-11-24 11:00+00', '2026-11-24 11:00+00', '2026-11-25 11:00+00', false
    FROM known_person
"""
Senders = list[BaseProcess]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where the provider answers."""
    free = ports.choose(["provider"], {})["provider"]
    provider = FORKS.Process(target=keyed.provide, args=(free, tmp_path / "ledger"))
    provider.start()
    until((tmp_path / "ledger").exists, lambda: "the provider did not start")
    yield free
    end(provider)


@pytest.fixture
def start(notify_db: Database, port: int) -> Iterator[Senders]:
    """Ten thousand messages, and the senders that work on them."""
    with notify_db.begin() as session:
        session.execute(sa.text(PEOPLE), {"count": MESSAGES})
        session.execute(sa.text(WISHES))
    senders = [started(notify_db, port) for _ in range(SENDERS)]
    yield senders
    for sender in senders:
        end(sender)


def started(database: Database, port: int) -> BaseProcess:
    sender = FORKS.Process(target=keyed.send, args=(database.url, port))
    sender.start()
    return sender


def states(database: Database) -> dict[str, int]:
    with database.begin() as session:
        rows = session.execute(sa.text("SELECT state, count(*) AS many FROM delivery GROUP BY state"))
        return {row.state: row.many for row in rows}


def taken_by(ledger: sqlite3.Connection) -> int:
    return int(ledger.execute("SELECT count(*) FROM accepted").fetchone()[0])


@pytest.mark.full
def test_P10_H6_ten_thousand_by_a_channel_with_keys_each_exactly_once_while_senders_are_killed(
    notify_db: Database, port: int, start: Senders, tmp_path: Path
) -> None:
    """Somebody is killed whenever so many more were taken, not by the clock: a busy machine changes nothing."""
    chance, kills, next_at, began = random.Random(SEED), 0, 0, time.monotonic()
    ledger = keyed.open_ledger(tmp_path / "ledger")
    while states(notify_db) != {"accepted": MESSAGES} and time.monotonic() < began + MOST_SECONDS:
        if taken_by(ledger) > next_at:
            struck = chance.randrange(SENDERS)
            end(start[struck])
            start[struck] = started(notify_db, port)
            kills += 1
            next_at = taken_by(ledger) + chance.randrange(*BETWEEN_KILLS)
        time.sleep(0.02)
    seconds = round(time.monotonic() - began, 1)
    found = "SELECT count(*), count(DISTINCT recipient), sum(asked > 1) FROM accepted"
    taken, people, again = ledger.execute(found).fetchone()
    ledger.close()
    with notify_db.begin() as session:
        many = sa.select(outbox.c.type, sa.func.count().label("many")).group_by(outbox.c.type)
        facts = {row.type: row.many for row in session.execute(many)}
    report = {"seed": SEED, "messages": MESSAGES, "kills": kills, "taken": taken, "lost": MESSAGES - people}
    report |= {"twice": taken - people, "handed_over_again": again, "seconds": seconds}
    sys.stdout.write(json.dumps(report) + "\n")
    assert (report["lost"], report["twice"]) == (0, 0), report
    assert states(notify_db) == {"accepted": MESSAGES}, report
    assert facts == {"se.samkontrakt.notify.delivery.delivered.v1": MESSAGES}, "each is told once"
    assert kills > 5, report
    assert again > 0, "no sender was ever killed between the provider's taking and our writing it down"
