"""CPU seconds of whole families of processes, the servers' among them, from /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Rate:
    """One measurement: operations, wall seconds, CPU seconds of all that worked for it, and of these the servers'."""

    operations: int
    seconds: float
    cpu: float
    server: float

    @property
    def per_second(self) -> float:
        return self.operations / self.seconds

    @property
    def cpu_us(self) -> float:
        return self.cpu / self.operations * 1e6

    @property
    def server_us(self) -> float:
        return self.server / self.operations * 1e6


class Watch:
    """Wall and CPU time from its making on. ``servers`` count as servers, ``strangers`` (a sink, a writer) not at all."""

    def __init__(self, servers: Collection[int], strangers: Collection[int] = ()) -> None:
        self._servers, self._strangers = servers, strangers
        self._began, (self._own, self._server) = time.perf_counter(), self._read()

    def rate(self, operations: int, seconds: float | None = None) -> Rate:
        """What has been used so far; ``seconds`` when the wall time is known better."""
        own, server = self._read()
        wall = time.perf_counter() - self._began
        used = server - self._server
        return Rate(max(operations, 1), seconds or wall, own - self._own + used, used)

    def _read(self) -> tuple[float, float]:
        parents = _processes()
        strangers = sum(_family(parents, pid) for pid in self._strangers)
        servers = sum(_family(parents, pid) for pid in self._servers)
        inside = sum(_family(parents, pid) for pid in self._servers if _descends(parents, pid))
        return _family(parents, os.getpid()) - strangers - inside, servers


def less(rate: Rate, seconds: float) -> Rate:
    """The rate without CPU seconds that belong to something else."""
    return replace(rate, cpu=max(rate.cpu - seconds, 0.0))


def _processes() -> dict[int, tuple[int, float]]:
    """Every process: its parent, and the CPU seconds of itself and of the children it has waited for."""
    found: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(entry.name)] = (int(fields[1]), sum(map(int, fields[11:15])) * TICK)
    return found


def _family(processes: dict[int, tuple[int, float]], root: int) -> float:
    if root not in processes:
        return 0.0
    children = [pid for pid, (parent, _) in processes.items() if parent == root]
    return processes[root][1] + sum(_family(processes, child) for child in children)


def _descends(processes: dict[int, tuple[int, float]], pid: int) -> bool:
    while pid in processes and pid != os.getpid():
        pid = processes[pid][0]
    return pid == os.getpid()
