"""What every measurement stands on: fresh servers for this run, with fsync on as in production, and processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from deploy import ports
from deploy.embedded.postgres import Cluster
from deploy.embedded.valkey import Valkey
from shared.bus.tables import beat
from shared.db import Database
from shared.service import Service
from shared.time import Clock
from tests.bench.cpu import Rate, Watch
from tests.bench.sink import Sink
from tests.support.databases import WorkerDatabases
from tests.support.servers import Servers
from tests.support.services import make_service

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
"""Long enough for a process to start on a machine that is busy with other things."""


class DurableServers(Servers):
    """The run's servers as production has them: PostgreSQL writes every commit to disk."""

    def postgres(self) -> Cluster:
        with self._once("postgres") as facts:
            cluster = self._cluster(facts)
            if not (cluster.folder / "postmaster.pid").exists():
                cluster.create()
                cluster.start(self.run / "postgres.log")
        return cluster


class Rig:
    """Fresh servers and databases, and the processes that were started on them."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._databases = WorkerDatabases(servers, "bench")
        self._kept: list[WorkerDatabases] = []
        self._count = 0

    def database(self, service: str) -> Database:
        return self._databases.fresh(service)

    def kept(self, service: str, name: str) -> tuple[Database, str]:
        """A new database that no other measurement empties, and an administrator's way to it."""
        made = WorkerDatabases(self.servers, name)
        self._kept.append(made)
        return made.fresh(service), self.servers.postgres().conninfo(f"{service}_{name}")

    @property
    def postmaster(self) -> int:
        return int((self.servers.postgres().folder / "postmaster.pid").read_text().split()[0])

    def room(self) -> Path:
        """A new folder of this run's."""
        self._count += 1
        room = self.servers.run / f"room-{self._count}"
        room.mkdir()
        return room

    def sink(self) -> Sink:
        return Sink(self.room() / "sink")

    def watch(self, *servers: int, strangers: Collection[int] = ()) -> Watch:
        return Watch((self.postmaster, *servers), strangers)

    def close(self) -> None:
        for databases in (self._databases, *self._kept):
            databases.close()


@contextmanager
def rig() -> Iterator[Rig]:
    servers = DurableServers.begin()
    made = Rig(servers)
    try:
        yield made
    finally:
        made.close()
        servers.end()


@contextmanager
def broker(room: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Valkey of one measurement's own: its address, and its process."""
    server = Valkey(room / "valkey", ports.choose(["broker"], {})["broker"], "bench-" + "x" * 24)
    process = server.start()
    try:
        yield server.url, process
    finally:
        end(process)


@contextmanager
def running(*commands: list[str], cwd: Path = ROOT) -> Iterator[list[subprocess.Popen[bytes]]]:
    """These programs, until the block ends."""
    started = [
        subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands
    ]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def own(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of the bench, a dictionary as JSON."""
    plain = [json.dumps(each) if isinstance(each, dict) else str(each) for each in arguments]
    return [sys.executable, "-m", f"tests.bench.{module}", *plain]


def live(name: str, database: Database, **settings: Any) -> Service:
    """A service by its real wiring, on the real clock."""
    return replace(make_service(name, database, **settings), clock=Clock())


def measure(rig: Rig, act: Callable[[], int], *servers: int) -> Rate:
    """Run once; ``act`` returns how many operations it did."""
    watch = rig.watch(*servers)
    return watch.rate(act())


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something to be so. Raises ``TimeoutError`` with ``what`` did not happen."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(f"after {seconds:.0f} s: {what}")
        time.sleep(0.05)


def beats(database: Database, *roles: str) -> bool:
    """Whether these roles have done their work at least once."""
    with database.begin() as session:
        return set(roles) <= set(session.execute(sa.select(beat.c.role)).scalars())


def noon_zone() -> str:
    """A zone where it is the middle of the day now: quiet hours are asked, and hold nobody back."""
    offset = (datetime.now(UTC).hour - 13) % 24
    west = offset if offset <= 12 else offset - 24
    return f"Etc/GMT{west:+d}" if west else "Etc/GMT"


def analyze(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
