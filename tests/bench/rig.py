"""What every measurement stands on: fresh servers for this run, and a watch that counts wall and CPU time."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy.embedded.postgres import Cluster
from shared.db import Database
from tests.support.databases import WorkerDatabases
from tests.support.servers import Servers


@dataclass(frozen=True)
class Rate:
    """One measurement: operations, wall seconds, CPU seconds of this process and its ended children."""

    operations: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        return self.operations / self.seconds

    @property
    def cpu_us(self) -> float:
        return self.cpu / self.operations * 1e6


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
    """Fresh servers, with fsync on as in production."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._databases = WorkerDatabases(servers, "bench")

    def database(self, service: str) -> Database:
        return self._databases.fresh(service)

    @property
    def valkey_url(self) -> str:
        return self.servers.valkey().url

    def close(self) -> None:
        self._databases.close()


@contextmanager
def rig() -> Iterator[Rig]:
    servers = DurableServers.begin()
    made = Rig(servers)
    try:
        yield made
    finally:
        made.close()
        servers.end()


def measure(act: Callable[[], int]) -> Rate:
    """Run once; ``act`` returns how many operations it did."""
    cpu, start = _cpu(), time.perf_counter()
    operations = act()
    return Rate(operations, time.perf_counter() - start, _cpu() - cpu)


def median(rates: list[Rate]) -> Rate:
    """The run with the median speed."""
    middle = statistics.median_low([rate.per_second for rate in rates])
    return next(rate for rate in rates if rate.per_second == middle)


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
