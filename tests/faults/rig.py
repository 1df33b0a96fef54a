"""A producer and a reader as processes, a broker, a keeper that restarts what dies, and the faults that strike them."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import redis
import sqlalchemy as sa

from deploy import ports
from deploy.embedded.valkey import Valkey
from shared.db import Database
from shared.events import ReminderCancelled
from tests.faults.role import TRACE
from tests.support.services import make_service

ROLES = (("selfcare", "web"), ("selfcare", "relay"), ("notify", "relay"), ("notify", "work"))
KEEP_SECONDS = 0.2
FREEZE_SECONDS = 1.5


@dataclass
class Rig:
    """Everything that can be struck. ``close`` ends every process it started."""

    selfcare: Database
    notify: Database
    room: Path
    random: random.Random
    struck: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        chosen = ports.choose(["broker", "web"], {})
        self.broker = Valkey(self.room / "broker", chosen["broker"], "rig-" + uuid4().hex)
        self.producer_url = f"http://127.0.0.1:{chosen['web']}"
        self.processes: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self.broker_process = self.broker.start()
        self.closing = threading.Event()
        with self.notify.begin() as session:
            session.execute(sa.text(TRACE))
        self.keeper = threading.Thread(target=self._keep, daemon=True)
        self.keeper.start()

    def close(self) -> None:
        self.closing.set()
        self.keeper.join()
        for process in [*self.processes.values(), self.broker_process]:
            _end(process)

    def strike(self) -> None:
        """One fault, chosen by the seed."""
        faults: list[Callable[[], None]] = [self.flush, self.kill_broker, self.cut, self.kill, self.kill, self.freeze]
        fault = self.random.choice(faults)
        fault()
        self.struck[fault.__name__] += 1

    def flush(self) -> None:
        """The broker forgets everything."""
        with self._client() as client, contextlib.suppress(redis.RedisError):
            client.flushall()

    def cut(self) -> None:
        """Every connection to the broker is closed under its user."""
        with self._client() as client, contextlib.suppress(redis.RedisError):
            client.client_kill_filter(_type="normal")

    def kill_broker(self) -> None:
        """The broker dies and comes back empty."""
        self.broker_process.kill()
        self.broker_process.wait()
        for file in (self.broker.folder / "appendonlydir").glob("*"):
            file.unlink()
        self.broker_process = self.broker.start()

    def kill(self) -> None:
        """One of our processes dies between any two instructions, its children with it."""
        process = self.processes.get(self.random.choice(ROLES))
        if process:
            _end(process)

    def freeze(self) -> None:
        """One of our processes stands still, then goes on as if nothing had happened."""
        process = self.processes.get(self.random.choice(ROLES))
        if process and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGSTOP)
                time.sleep(FREEZE_SECONDS)
                os.killpg(process.pid, signal.SIGCONT)

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.broker.url, socket_timeout=1, socket_connect_timeout=1)

    def _keep(self) -> None:
        """What a supervisor does: start what is not running."""
        while not self.closing.is_set():
            for role in ROLES:
                process = self.processes.get(role)
                if process is None or process.poll() is not None:
                    self.processes[role] = self._start(*role)
            self.closing.wait(KEEP_SECONDS)

    def _start(self, service: str, role: str) -> subprocess.Popen[bytes]:
        url = (self.selfcare if service == "selfcare" else self.notify).url
        arguments = [service, role, url, self.broker.url, self.producer_url]
        log = (self.room / f"{service}-{role}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.role", *arguments], stdout=log, stderr=log, start_new_session=True
        )


@dataclass
class Writer:
    """Writes events of several aggregates, each numbered from 0, in transactions of its own."""

    database: Database
    aggregates: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(200)])
    written: int = 0

    def write(self, seconds: float) -> None:
        service = make_service("selfcare", self.database, handlers={}, due=[])
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            number = self.written // len(self.aggregates)
            with service.act() as ctx:
                for aggregate in self.aggregates:
                    ctx.tell(ReminderCancelled(reminder_id=aggregate, reason_key=str(number)))
            self.written += len(self.aggregates)
            time.sleep(0.1)


def audit(notify: Database, writer: Writer) -> dict[str, int]:
    """What became of every event, by the traces that the handler left."""
    with notify.begin() as session:
        rows = session.execute(sa.text("SELECT aggregate, number FROM trace ORDER BY id")).all()
    by_aggregate: dict[str, list[int]] = {str(aggregate): [] for aggregate in writer.aggregates}
    for aggregate, number in rows:
        by_aggregate[aggregate].append(number)
    seen = {(aggregate, number) for aggregate, numbers in by_aggregate.items() for number in numbers}
    return {
        "written": writer.written,
        "handled": len(seen),
        "lost": writer.written - len(seen),
        "handled_twice": len(rows) - len(seen),
        "out_of_order": sum(1 for numbers in by_aggregate.values() for a, b in pairwise(numbers) if b < a),
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.wait()
