"""The usual way, for comparison: one Celery task with an ``eta`` for each reminder, doing nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import redis
from celery import Celery

from tests.bench.rig import Rate, Rig

FIRED = "bench:fired"
LEAD_SECONDS = 6
LONGEST = 300


def app(url: str) -> Celery:
    """Celery as its documentation sets it up, but for the results that nobody asks for."""
    made = Celery("peer", broker=url, set_as_current=False)
    made.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)
    counter = redis.Redis.from_url(url)

    @made.task(name="fire", shared=False)  # type: ignore[untyped-decorator]
    def fire() -> None:
        counter.incr(FIRED)

    return made


def run(rig: Rig, tasks: int) -> dict[str, Rate]:
    """How fast tasks with one common eta are taken and run, from the instant they are due."""
    url = rig.valkey_url
    counter = redis.Redis.from_url(url)
    counter.delete(FIRED)
    fire = app(url).tasks["fire"]
    due = datetime.now(UTC) + timedelta(seconds=LEAD_SECONDS + tasks / 800)
    for _ in range(tasks):
        fire.apply_async(eta=due)
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.peer_eta", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return {"fired": watch(counter, tasks, due)}
    finally:
        worker.terminate()
        worker.wait(30)


def watch(counter: redis.Redis, tasks: int, due: datetime) -> Rate:
    until = time.monotonic() + LONGEST
    while int(counter.get(FIRED) or 0) < tasks and time.monotonic() < until:
        time.sleep(0.05)
    fired = int(counter.get(FIRED) or 0)
    return Rate(fired, (datetime.now(UTC) - due).total_seconds(), 0.0)


if __name__ == "__main__":
    app(sys.argv[1]).worker_main(["worker", "-c", "2", "--without-gossip", "--without-mingle", "-l", "CRITICAL"])
