"""What the bench counts, never how long it takes: a machine's mood proves nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from services.notify.delivery.sending.actions import send_due
from shared.channels import EMAIL
from shared.db import Database
from tests.bench.goals import Goal, judged
from tests.bench.ledger import fill, register, settled
from tests.bench.rig import live
from tests.bench.role import Counting
from tests.bench.sink import Sink

COUNT = 600


def test_everything_due_at_one_instant_arrives_once_and_never_early(notify_db: Database, tmp_path: Path) -> None:
    service, path = live("notify", notify_db), tmp_path / "sink"
    people, due = register(notify_db, COUNT)
    fill(notify_db, people, datetime.fromtimestamp(due, UTC))
    while time.time() < due + 0.1:
        send_due(service, {EMAIL: Counting(str(path))})
        time.sleep(0.02)
    send_due(service, {EMAIL: Counting(str(path))})
    verdict = Sink(path).judge(COUNT, due)
    assert (verdict.lost, verdict.twice, verdict.early) == (0, 0, 0)
    assert settled(notify_db) == COUNT


def test_the_sink_sees_what_is_lost_double_and_early(tmp_path: Path) -> None:
    sink = Sink(tmp_path / "sink")
    for number in (1, 2, 2):
        sink.take_number(number)
    verdict = sink.judge(4, due=time.time() + 60)
    assert (verdict.lost, verdict.twice, verdict.early) == (2, 1, 3)


def test_a_goal_that_was_not_measured_is_neither_met_nor_missed() -> None:
    goals = {goal.name: goal.met for goal in judged({"bus: received": 9_000}, {"bus: p99": 2.0})}
    assert goals["6  bus, backlog: received per s"] is True
    assert goals["6  bus, steady: p99 wait, s"] is False
    assert goals["5  mail / EmailMessage + smtplib"] is None
    assert Goal("late", 1, 0.5, at_least=False).met
