"""``make bench``: everything in one interleaved run, then the goals, and one line of JSON.

``--quick``: small and in minutes. ``--full``: also 100,000 at once. ``--only bus,mail``: some parts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from tests.bench import bus, ledger, peer, product, raw, smtp
from tests.bench.cpu import Rate
from tests.bench.goals import judged
from tests.bench.register import Register
from tests.bench.rig import Rig, rig
from tests.bench.sink import Verdict

ROUNDS = 3
MINUTES, QUICK_MINUTES = 11.0, 2.5
LARGE = "ledger, 2 processes, 100,000"


@dataclass(frozen=True)
class Size:
    """How much of each."""

    events: int
    seconds: int
    deliveries: int
    mails: int
    reminders: int
    peers: Mapping[str, int]
    tasks: int
    patients: tuple[int, int]
    calls: int


NORMAL = Size(
    events=10_000,
    seconds=5,
    deliveries=10_000,
    mails=3_000,
    reminders=10_000,
    peers={"celery_eta": 3_000, "dramatiq_delay": 3_000, "huey_schedule": 3_000, "procrastinate_defer": 1_000},
    tasks=3_000,
    patients=(1_000, 100_000),
    calls=100,
)
QUICK = Size(
    events=3_000,
    seconds=2,
    deliveries=3_000,
    mails=1_000,
    reminders=2_000,
    peers={"celery_eta": 500, "dramatiq_delay": 500, "huey_schedule": 500, "procrastinate_defer": 200},
    tasks=1_000,
    patients=(1_000, 20_000),
    calls=40,
)


@dataclass
class Found:
    """Every round's figures by name."""

    rates: dict[str, list[Rate]] = field(default_factory=dict)
    facts: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def rate(self, name: str, rate: Rate) -> None:
        self.rates.setdefault(name, []).append(rate)

    def fact(self, name: str, value: float) -> None:
        self.facts.setdefault(name, []).append(value)

    def verdict(self, name: str, verdict: Verdict) -> None:
        for what, value in asdict(verdict).items():
            if what not in {"sent", "last"}:
                self.fact(f"{name}: {what}", value)


def parts(size: Size, found: Found) -> dict[str, Callable[[Rig], None]]:
    """Each measurement of a round."""
    register = Register(*size.patients, size.calls)
    return {
        "bus": lambda rig: _bus(rig, size, found),
        "ledger": lambda rig: _ledger(rig, size, found),
        "raw": lambda rig: _raw(rig, size, found),
        "mail": lambda rig: _mail(rig, size, found),
        "product": lambda rig: _sent(found, "whole product", product.run(rig, size.reminders)),
        "register": lambda rig: _register(rig, register, found),
        **{name: _peer(name, count, found) for name, count in size.peers.items()},
    }


def _bus(rig: Rig, size: Size, found: Found) -> None:
    for what, rate in bus.backlog(rig, size.events).items():
        found.rate(f"bus: {what}", rate)
    rate, waits, without = bus.steady(rig, size.seconds)
    found.rate("bus: steady", rate)
    found.fact("bus: p50", waits[len(waits) // 2])
    found.fact("bus: p99", waits[len(waits) * 99 // 100])
    found.fact("bus: longest without Redis", without[-1])


def _ledger(rig: Rig, size: Size, found: Found) -> None:
    for processes, name in ((1, "ledger, 1 process"), (2, "ledger, 2 processes")):
        _sent(found, name, ledger.run(rig, size.deliveries, processes))


def _raw(rig: Rig, size: Size, found: Found) -> None:
    found.rate("raw: claim and done", raw.claim_and_done(rig, size.deliveries))
    found.rate("raw: no-op Celery tasks", raw.nothing(rig, size.tasks))


def _mail(rig: Rig, size: Size, found: Found) -> None:
    with smtp.server(rig) as (url, sink, process):
        _sent(found, "mail: product", ledger.run(rig, size.mails, 1, (url, sink, process)))
        found.rate("mail: pipelined limit", smtp.pipelined(rig, url, process, size.mails))
        found.rate("mail: EmailMessage + smtplib", smtp.usual(rig, url, process, size.mails // 3))


def _register(rig: Rig, register: Register, found: Found) -> None:
    for name, value in register.run(rig).items():
        found.facts[f"register: {name}"] = [value]


def _peer(name: str, count: int, found: Found) -> Callable[[Rig], None]:
    def run(rig: Rig) -> None:
        scheduled, fired, verdict = peer.run(rig, name, count)
        found.rate(f"{name}: scheduled", scheduled)
        found.rate(f"{name}: fired", fired)
        for what in ("lost", "twice", "early", "p99"):
            found.fact(f"{name}, {what}", getattr(verdict, what))

    return run


def _sent(found: Found, name: str, result: tuple[Rate, Verdict]) -> None:
    found.rate(name, result[0])
    found.verdict(name, result[1])


def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--full", action="store_true")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--only", default="")
    options.add_argument("--minutes", type=float, help="begin nothing more after so long")
    chosen = options.parse_args(arguments)
    found, began = Found(), time.monotonic()
    every = parts(QUICK if chosen.quick else NORMAL, found)
    wanted = chosen.only.split(",") if chosen.only else list(every)
    without = peer.build()
    if without:
        tell(without)
        wanted = [name for name in wanted if name not in peer.WORKERS or name == "celery_eta"]
    with rig() as made:
        limit = began + 60 * (chosen.minutes or (QUICK_MINUTES if chosen.quick else MINUTES))
        for number, name in [(n, name) for n in range(1, chosen.rounds + 1) for name in wanted]:
            if time.monotonic() > limit:
                tell(f"out of time before round {number}: {name}; what was measured counts")
                break
            attempt(found, name, every[name], made)
            tell(f"round {number} of {chosen.rounds}: {name} done, {time.monotonic() - began:.0f} s")
        if chosen.full:
            attempt(found, LARGE, lambda rig: _sent(found, LARGE, ledger.run(rig, 100_000, 2)), made)
    report(found)


def attempt(found: Found, name: str, part: Callable[[Rig], None], made: Rig) -> None:
    """One measurement; what can't be measured on this machine is said, and the others go on."""
    try:
        part(made)
    except (TimeoutError, RuntimeError, OSError, subprocess.SubprocessError) as error:
        found.missing[name] = str(error)
        tell(f"{name}: {error}")


def report(found: Found) -> None:
    tell(f"\n{'median of the rounds':34}{'per s':>10}{'slowest':>10}{'fastest':>10}{'CPU µs':>9}{'server µs':>10}")
    for name, rates in found.rates.items():
        speeds = sorted(rate.per_second for rate in rates)
        cpu, server = (statistics.median(getattr(r, what) for r in rates) for what in ("cpu_us", "server_us"))
        middle = statistics.median(speeds)
        tell(f"{name:34}{middle:10,.0f}{speeds[0]:10,.0f}{speeds[-1]:10,.0f}{cpu:9,.0f}{server:10,.0f}")
    per_second = {name: statistics.median(r.per_second for r in rates) for name, rates in found.rates.items()}
    worst = (": lost", ": twice", ": early")
    facts = {
        name: sum(values) if name.endswith(worst) else statistics.median(values) for name, values in found.facts.items()
    }
    for name, value in facts.items():
        if not name.endswith(worst) or value:
            tell(f"{name:44}{value:10.3f}")
    tell(f"\n{'goal':58}{'wanted':>10}{'measured':>10}")
    goals = judged(per_second, facts, LARGE if LARGE in per_second else None)
    for goal in goals:
        measured = "-" if goal.measured is None else f"{goal.measured:,.2f}"
        word = {True: "met", False: "MISSED", None: "not measured"}[goal.met]
        tell(f"{goal.name:58}{'≥' if goal.at_least else '≤'} {goal.wanted:8,.1f}{measured:>10}  {word}")
    line = {
        "rounds": min((len(rates) for rates in found.rates.values()), default=0),
        "per_second": {name: round(value) for name, value in per_second.items()},
        "cpu_us": {name: round(statistics.median(r.cpu_us for r in rates)) for name, rates in found.rates.items()},
        "facts": {name: round(value, 3) for name, value in facts.items()},
        "goals": {g.name: [None if g.measured is None else round(g.measured, 2), g.wanted, g.met] for g in goals},
        "missing": found.missing,
    }
    print(json.dumps(line))  # noqa: T201


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
