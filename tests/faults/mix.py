"""One run: writers write while the plan strikes, then everybody catches up, and the auditor judges."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.service import Service
from tests.faults import audit, plan
from tests.faults.facts import THINGS
from tests.faults.plan import Strike
from tests.faults.rig import Rig
from tests.faults.writer import Act, Writer
from tests.support.servers import Servers

CATCH_UP_SECONDS = 10.0
SETTLE_SECONDS = 1.0
WRITERS_EACH = 2
AT_ONCE = 250
"""Events that must have come through before the first strike: everybody is up."""


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How much, how long, what is planted (``role`` and ``environ`` in the processes, ``act`` in the writers), and for how
    many seconds to wait for what has not come."""

    seed: int
    events: int = 30_000
    seconds: float = 50.0
    every_process: bool = True
    role: str = "tests.faults.role"
    environ: Mapping[str, str] = field(default_factory=dict)
    act: Act = Service.act
    patience: float = 45.0

    def plan(self) -> plan.Plan:
        return plan.make(self.seed, self.seconds, every_process=self.every_process)


@dataclass(frozen=True)
class Report:
    """What the last line says."""

    seed: int
    found: audit.Found
    catch_up_s: float
    faults: dict[str, int]

    @property
    def good(self) -> bool:
        return self.found.good and self.catch_up_s <= CATCH_UP_SECONDS

    def line(self) -> dict[str, Any]:
        return {
            "seed": self.seed, **dataclasses.asdict(self.found), "catch_up_s": round(self.catch_up_s, 1),
            "faults": dict(sorted(self.faults.items())),
        }  # fmt: skip


class SafeServers(Servers):
    """Servers of this run's own, that may crash. What PostgreSQL has answered for it has given to the system, which
    does not crash: it need not reach the disk, but it must have left the server."""

    settings: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


@contextmanager
def rig(mix: Mix, room: Path, programs: Path | None = None) -> Iterator[Rig]:
    """The rig of one run, on servers of its own, ended with it."""
    servers = SafeServers.begin(programs, "faults")
    try:
        made = Rig(room, servers, role=mix.role, environ=mix.environ)
        try:
            yield made
        finally:
            made.close()
    finally:
        servers.end()


def run(mix: Mix, rig: Rig) -> Report:
    """Raises what a writer or a strike could not do; everything else is in the report."""
    writer = Writer(rig.databases, mix.seed, mix.act)
    rig.start()
    for producer in THINGS:
        writer.write(producer, len(writer.expected) + AT_ONCE, 0.1)
    _catch_up(rig, writer, mix.patience)
    with ThreadPoolExecutor() as pool:
        striking = [pool.submit(_strike, rig, lane) for lane in mix.plan().lanes]
        writing = [
            pool.submit(writer.write, producer, mix.events, mix.seconds)
            for producer in THINGS
            for _ in range(WRITERS_EACH)
        ]
        ended = max(future.result() for future in striking)
        for future in writing:
            future.result()
        sys.stderr.write(f"all written {time.monotonic() - ended:.1f} s after the last fault\n")
    _catch_up(rig, writer, mix.patience)
    caught_up = time.monotonic() - ended
    time.sleep(SETTLE_SECONDS)  # nothing should come any more: so there is no condition to wait for
    found = audit.judge(writer.expected, audit.traces(rig.databases.values()))
    return Report(mix.seed, found, caught_up, dict(rig.struck))


def _strike(rig: Rig, lane: Sequence[Strike]) -> float:
    """Strike as planned; returns when the last fault was over."""
    start = time.monotonic()
    for strike in lane:
        time.sleep(max(0.0, start + strike.at - time.monotonic()))
        rig.strike(strike)
        sys.stderr.write(f"{time.monotonic() - start:6.1f} s  {strike.fault} {strike.target} {strike.hold:.1f} s\n")
    return time.monotonic()


def _catch_up(rig: Rig, writer: Writer, seconds: float) -> None:
    """Wait until every event has left a trace, ``seconds`` at most; tells who is behind."""
    start = said = time.monotonic()
    while waiting := audit.behind(rig.databases, writer.expected):
        now = time.monotonic()
        if now - start > seconds:
            return
        if now - said > 1:
            said = now
            sys.stderr.write(f"  +{now - start:.0f} s behind: {waiting}\n")
        time.sleep(0.2)
