"""Twenty seconds of faults at random: nothing lost, nothing handled twice, nothing out of order (promises 3, 4, 5, 19)."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.db import Database
from tests.faults.rig import Rig, Writer, audit

SECONDS = 20
CATCH_UP_SECONDS = 30
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))


@pytest.fixture
def rig(selfcare_db: Database, notify_db: Database, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(selfcare_db, notify_db, tmp_path, random.Random(SEED))
    yield made
    made.close()
    with notify_db.begin() as session:
        session.execute(sa.text("DROP TABLE trace"))


@pytest.mark.alone
def test_P3_P4_P19_nothing_is_lost_twice_or_out_of_order_under_faults(rig: Rig, selfcare_db: Database) -> None:
    writer = Writer(selfcare_db)
    writing = threading.Thread(target=writer.write, args=(SECONDS,))
    writing.start()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(rig.random.uniform(0.3, 1.5))
        rig.strike()
    writing.join()
    ended = time.monotonic()
    found = audit(rig.notify, writer)
    while found["lost"] and time.monotonic() < ended + CATCH_UP_SECONDS:
        time.sleep(0.2)
        found = audit(rig.notify, writer)
    report = {"seed": SEED, **found, "catch_up_s": round(time.monotonic() - ended, 1), "faults": dict(rig.struck)}
    sys.stdout.write(json.dumps(report) + "\n")
    assert writer.written > 1000, report
    assert (found["lost"], found["handled_twice"], found["out_of_order"]) == (0, 0, 0), report
