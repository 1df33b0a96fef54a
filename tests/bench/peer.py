"""Runs the usual ways to fire many reminders at one instant, each set up as its own documentation does.

Each module of ``peers`` is a program of its own: ``schedule N DUE`` stores N reminders for the instant DUE (epoch seconds;
0: now), and its workers append to the sink what they fire. Celery runs in the product's environment, the others in one that
the bench builds from ``locks/bench.txt``.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.bench.cpu import Rate, less
from tests.bench.rig import ROOT, START_SECONDS, Rig, broker, running
from tests.bench.sink import Sink, Verdict

HOME, LOCK = ROOT / ".tools" / "bench", ROOT / "locks" / "bench.txt"
WORKERS = {
    "celery_eta": [["tests.bench.peers.celery_eta", "worker", "prefork", "0"]],
    "dramatiq_delay": [["dramatiq", "tests.bench.peers.dramatiq_delay", "--processes", "2"]],
    "huey_schedule": [["tests.bench.peers.huey_schedule.huey", "-w", "2", "-k", "process"]],
    "procrastinate_defer": [["tests.bench.peers.procrastinate_defer", "worker"]] * 2,
}
WARM, MOST_SECONDS = 20, 240
SCHEDULING_SECONDS = (0.004, 0.016, 0.064)
"""How long one reminder may take to schedule; more, if the machine was too busy for that."""


def build() -> str | None:
    """Make the peers' environment unless it is there. Returns why not, in one line."""
    made, wanted = HOME / "made-from", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if made.exists() and made.read_text() == wanted:
        return None
    uv = ROOT / ".tools" / "bin" / "uv"
    environment = os.environ | {"UV_CACHE_DIR": str(ROOT / ".tools" / "cache")}
    for arguments in (
        ["venv", "-q", "--clear", "--python", sys.executable, HOME],
        ["pip", "sync", "-q", "--python", HOME / "bin" / "python", "--require-hashes", LOCK],
    ):
        done = subprocess.run([str(uv), *map(str, arguments)], env=environment, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["uv failed"]
            return f"without dramatiq, huey and procrastinate, whose packages can't be had: {said[0]}"
    made.write_text(wanted)
    return None


def command(peer: str) -> list[str]:
    return [_python(peer), "-m", f"tests.bench.peers.{peer}"]


def call(peer: str, *arguments: object) -> float:
    """Run its program to the end. Returns the CPU seconds it used."""
    before = os.times()
    subprocess.run(
        [*command(peer), *map(str, arguments)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


@contextmanager
def place(url: str, sink: Sink) -> Iterator[None]:
    """Tell the peers' programs, by their environment, where everything is."""
    os.environ.update(PEER_URL=url, PEER_SINK=str(sink.path))
    try:
        yield
    finally:
        del os.environ["PEER_URL"], os.environ["PEER_SINK"]


def run(rig: Rig, peer: str, reminders: int) -> tuple[Rate, Rate, Verdict]:
    """How fast it schedules and how fast it fires, and what became of the reminders."""
    with _server(rig, peer) as (url, pids):
        sink = rig.sink()
        with place(url, sink), running(*_workers(peer)):
            call(peer, "schedule", WARM, 0)
            if not sink.wait_for(WARM, START_SECONDS):
                raise TimeoutError(f"{peer}: its workers do not start")
            sink.empty()
            for each_takes in SCHEDULING_SECONDS:
                due = time.time() + 3 + reminders * each_takes
                watch, scheduling = rig.watch(*pids), rig.watch(*pids)
                used = call(peer, "schedule", reminders, due)
                scheduled = scheduling.rate(reminders)
                in_time = time.time() < due
                sink.wait_for(reminders, max(due - time.time(), 0) + MOST_SECONDS)
                if in_time:
                    verdict = sink.judge(reminders, due)
                    return scheduled, less(watch.rate(reminders - verdict.lost, verdict.last), used), verdict
                sink.empty()
            raise TimeoutError(f"{peer}: scheduling takes too long")


def _python(peer: str) -> str:
    return sys.executable if peer == "celery_eta" else str(HOME / "bin" / "python")


def _workers(peer: str) -> list[list[str]]:
    python = _python(peer)
    return [
        [python, str(HOME / "bin" / "huey_consumer"), *arguments]
        if peer == "huey_schedule"
        else [python, "-m", *arguments]
        for arguments in WORKERS[peer]
    ]


@contextmanager
def _server(rig: Rig, peer: str) -> Iterator[tuple[str, list[int]]]:
    """Its own Valkey, or its own database in the run's PostgreSQL."""
    if peer != "procrastinate_defer":
        with broker(rig.room()) as (url, process):
            yield url, [process.pid]
        return
    cluster = rig.servers.postgres()
    name = f"peer_{rig.room().name.replace('-', '_')}"
    with psycopg.connect(cluster.conninfo(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with place(cluster.conninfo(name), Sink(Path(os.devnull))):
        call(peer, "prepare")
    yield cluster.conninfo(name), []
