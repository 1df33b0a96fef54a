"""Three services as processes, a keeper that restarts what dies, servers of their own, and the faults that strike them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import uuid4

import psycopg
import redis
import sqlalchemy as sa

from deploy import ports
from deploy.embedded.valkey import Valkey
from shared.bus.relay import LEADER_LOCK
from shared.events import SERVICES
from tests.faults.plan import ROLES, Strike
from tests.faults.proxy import Proxy
from tests.faults.role import TRACE, Part, begin
from tests.support.databases import WorkerDatabases
from tests.support.servers import Servers

STANDBY = ("selfcare", "relay-2")
"""A second relay beside the first: whoever is deposed finds that another leads."""
KEEP_SECONDS = 0.1
LOADED = (
    "celery.apps.worker",
    "celery.bin.worker",
    "celery.concurrency.prefork",
    "gunicorn.arbiter",
    "gunicorn.workers.gthread",
    "kombu.transport.redis",
    "pytest",
    "tests.faults.mix",
)
START_SECONDS = 1.5
"""What dies is back after this time, about what Python needs to load a role. The processes are forked from one that has
loaded everything, so that this much time passes and not this much of the machine is spent.
"""
LEADING = """SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
 WHERE locktype = 'advisory' AND granted AND objid = %s AND application_name LIKE 'selfcare.%%'"""
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"


class Rig:
    """Everything that can be struck. ``role`` is the module that its processes run, ``environ`` what they see beside ours:
    by these a bug is planted in every process. ``close`` ends all of it."""

    def __init__(
        self, room: Path, servers: Servers, *, role: str = "tests.faults.role", environ: Mapping[str, str] | None = None
    ) -> None:
        self.room = room
        self.struck: Counter[str] = Counter()
        self._role, self._environ = role, dict(environ or {})
        self._cluster = servers.postgres()
        self._start_database = lambda: self._cluster.start(servers.run / "postgres.log", **servers.settings)
        self._worker_databases = WorkerDatabases(servers, "faults")
        self.databases = {service: self._worker_databases.fresh(service) for service in SERVICES}
        chosen = ports.choose(["broker", "door", *SERVICES], {})
        self._urls = {service: f"http://127.0.0.1:{chosen[service]}" for service in SERVICES}
        self._broker = Valkey(room / "broker", chosen["broker"], "rig-" + uuid4().hex)
        self._broker_process = self._broker.start()
        self._door = Proxy(chosen["door"], chosen["broker"])
        self._door_url = Valkey(self._broker.folder, chosen["door"], self._broker.password).url
        for database in self.databases.values():
            with database.begin() as session:
                session.execute(sa.text(TRACE))
        with self._admin() as admin:
            admin.execute("CHECKPOINT")  # what the preparations wrote need not be recovered in every crash
        self._processes: dict[tuple[str, str], ForkServerProcess] = {}
        self._ended: dict[tuple[str, str], float] = {}
        self._groups: list[int] = []
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload([role, *LOADED])
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start every process; they may be struck while they start."""
        self._keeper.start()

    def close(self) -> None:
        self._closing.set()
        if self._keeper.ident:
            self._keeper.join()
        for group in self._groups:
            _signal(group, signal.SIGKILL)
        for process in self._processes.values():
            process.join(10)
        self._door.close()
        self._broker_process.kill()
        self._broker_process.wait()
        self._worker_databases.close()

    def strike(self, strike: Strike) -> None:
        """One fault from its beginning to its end."""
        begin: Callable[[str], Callable[[], None] | None] = getattr(self, strike.fault)
        heal = begin(strike.target)
        time.sleep(strike.hold)
        if heal:
            heal()
        self.struck[strike.name] += 1

    def flush(self, _: str) -> None:
        """The broker forgets everything."""
        with self._client() as client:
            client.flushall()

    def cut(self, _: str) -> None:
        """Every connection to the broker is closed under its user."""
        with self._client() as client:
            client.client_kill_filter(_type="normal")

    def kill_broker(self, _: str) -> Callable[[], None]:
        """The broker dies and comes back empty."""
        self._broker_process.kill()
        self._broker_process.wait()
        for file in (self._broker.folder / "appendonlydir").glob("*"):
            file.unlink()
        return self._start_broker

    def freeze_broker(self, _: str) -> Callable[[], None]:
        """The broker takes connections and answers nothing."""
        self._broker_process.send_signal(signal.SIGSTOP)
        return lambda: self._broker_process.send_signal(signal.SIGCONT)

    def black_hole(self, _: str) -> Callable[[], None]:
        """Whatever goes to the broker or comes from it is swallowed."""
        self._door.open_hole()
        return self._door.heal

    def fill_memory(self, _: str) -> Callable[[], None]:
        """The broker has no room for anything more."""
        self._limit_memory(1)
        return lambda: self._limit_memory(0)

    def crash_database(self, _: str) -> Callable[[], None]:
        """PostgreSQL ends at once, in the middle of whatever it does, with every session."""
        self._cluster.stop("immediate")
        return self._start_database

    def kill(self, target: str) -> None:
        """One of our processes dies between any two instructions, its children with it."""
        _signal(self._pid(target), signal.SIGKILL)

    def kill_alone(self, target: str) -> None:
        """The same, and its children outlive it."""
        os.kill(self._pid(target), signal.SIGKILL)

    def freeze(self, target: str) -> Callable[[], None]:
        """One of our processes stands still, then goes on as if nothing had happened."""
        group = self._pid(target)
        _signal(group, signal.SIGSTOP)
        return lambda: _signal(group, signal.SIGCONT)

    def depose(self, _: str) -> Callable[[], None]:
        """Whichever relay leads stands still, loses its sessions and goes on when the other one leads."""
        until = time.monotonic() + 30
        while not (leading := self._leading()):
            if time.monotonic() > until:
                raise TimeoutError("nobody leads")
            time.sleep(KEEP_SECONDS)
        thaw = self.freeze(leading.replace(".", " "))
        with contextlib.suppress(psycopg.OperationalError), self._admin() as admin:
            admin.execute(END, [leading])
        return thaw

    def _leading(self) -> str | None:
        with contextlib.suppress(psycopg.OperationalError), self._admin() as admin:
            row = admin.execute(LEADING, [LEADER_LOCK]).fetchone()
            return str(row[0]) if row else None
        return None

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self._cluster.conninfo(), autocommit=True)

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self._broker.url, socket_timeout=10, socket_connect_timeout=10)

    def _start_broker(self) -> None:
        self._broker_process = self._broker.start()

    def _limit_memory(self, size: int) -> None:
        with self._client() as client:
            client.config_set("maxmemory", size)

    def _pid(self, target: str) -> int:
        """Of the process that plays this role, once it is there."""
        service, _, role = target.partition(" ")
        until = time.monotonic() + 30
        while not (process := self._processes.get((service, role))) or not process.is_alive():
            if time.monotonic() > until:
                raise TimeoutError(f"{target} does not come back")
            time.sleep(KEEP_SECONDS)
        assert process.pid is not None
        return process.pid

    def _keep(self) -> None:
        """What a supervisor does: start what is not running."""
        wanted = [*((service, role) for role in ROLES for service in SERVICES), STANDBY]
        while not self._closing.is_set():
            for one in wanted:
                process = self._processes.get(one)
                if process is None or (not process.is_alive() and self._is_time(one)):
                    self._processes[one] = self._start(*one)
            self._closing.wait(KEEP_SECONDS)

    def _is_time(self, one: tuple[str, str]) -> bool:
        ended = self._ended.setdefault(one, time.monotonic())
        if time.monotonic() - ended < START_SECONDS:
            return False
        del self._ended[one]
        return True

    def _start(self, service: str, role: str) -> ForkServerProcess:
        url = f"{self.databases[service].url}?application_name={service}.{role}"
        part = Part(service, role, url, self._door_url, self._urls)
        log = self.room / f"{service}-{role}.log"
        process = self._forks.Process(target=begin, args=(self._role, part, self._environ, log))
        process.start()
        assert process.pid is not None
        self._groups.append(process.pid)
        return process


def _signal(group: int, number: int) -> None:
    """To a process and all it started, also when it has ended and they have not."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(group, number)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
