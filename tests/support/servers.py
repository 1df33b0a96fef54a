"""The servers of one test run: started by the first test that needs them, stopped by the process that began the run.

A run killed hard leaves its servers behind: the next run finds its folder, sees that the process is gone and
stops them.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy import ports
from deploy.embedded import postgres
from deploy.embedded.postgres import Cluster
from deploy.embedded.valkey import Valkey
from deploy.trouble import Trouble

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}
"""Nothing a test stores must survive the machine: what PostgreSQL promises about a crash is not what tests measure."""


class Servers:
    """One run's servers, found by every worker through the run's folder."""

    settings: Mapping[str, str] = FAST

    def __init__(self, run: Path, programs: Path | None = None) -> None:
        self.run = run
        self._programs = programs

    @classmethod
    def begin(cls, programs: Path | None = None, name: str = "run") -> Servers:
        """The servers of a new run of this process; none is started yet. ``programs``: another PostgreSQL's folder;
        ``name``: of servers beside the run's own."""
        room = _room()
        for left in room.glob(f"{name}-*"):
            if not _lives(int(left.name.removeprefix(f"{name}-"))):
                cls(left).end()
        run = room / f"{name}-{os.getpid()}"
        run.mkdir(mode=0o711, exist_ok=True)
        return cls(run, programs)

    def postgres(self) -> Cluster:
        """The run's cluster, serving."""
        with self._once("postgres") as facts:
            cluster = self._cluster(facts)
            if not (cluster.folder / "postmaster.pid").exists():
                cluster.create()
                cluster.start(self.run / "postgres.log", **self.settings)
        return cluster

    def valkey(self) -> Valkey:
        """The run's broker, serving."""
        with self._once("valkey") as facts:
            server = Valkey(self.run / "valkey", facts["port"], facts["password"])
            if "pid" not in facts:
                facts["pid"] = server.start().pid
        return server

    def end(self) -> None:
        """Stop what was started and remove the folder."""
        with self._once("postgres") as facts, contextlib.suppress(Trouble):
            self._cluster(facts).stop("immediate")
        with self._once("valkey") as facts:
            if "pid" in facts:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(facts["pid"], signal.SIGTERM)
        shutil.rmtree(self.run, ignore_errors=True)

    def _cluster(self, facts: dict[str, Any]) -> Cluster:
        programs = self._programs or postgres.programs(self.run.parent)
        return Cluster(self.run / "postgres", programs, facts["port"], facts["password"])

    @contextlib.contextmanager
    def _once(self, name: str) -> Iterator[dict[str, Any]]:
        """What the run knows of one server, while no other worker may look."""
        with self.lock(name):
            path = self.run / f"{name}.json"
            facts = json.loads(path.read_text()) if path.exists() else _new_facts()
            path.write_text(json.dumps(facts))
            yield facts
            path.write_text(json.dumps(facts))

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Only one worker of the run at a time holds ``name``."""
        with (self.run / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _new_facts() -> dict[str, Any]:
    return {"password": secrets.token_urlsafe(32), **ports.choose(["port"], {})}


def _room() -> Path:
    room = Path(tempfile.gettempdir()) / f"samkontrakt-tests-{os.getuid()}"
    room.mkdir(mode=0o711, exist_ok=True)
    if room.stat().st_uid != os.getuid():
        raise Trouble(f"{room} belongs to someone else: remove it or set TMPDIR")
    return room


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
