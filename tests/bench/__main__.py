"""``make bench``: all measurements in one interleaved run, then one line of JSON with medians and ratios.

``--quick`` is one smaller round.
"""

from __future__ import annotations

import json
import sys

from tests.bench import bus, ledger, peer_eta, raw
from tests.bench.rig import Rate, median, rig

ROUNDS, QUICK_ROUNDS = 3, 1


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    size, rounds = (3_000, QUICK_ROUNDS) if quick else (10_000, ROUNDS)
    found: dict[str, list[Rate]] = {}
    with rig() as servers:
        for number in range(1, rounds + 1):
            for name, part in (("bus", bus), ("ledger", ledger), ("raw", raw), ("celery eta", peer_eta)):
                tell(f"round {number} of {rounds}: {name}")
                for what, rate in part.run(servers, size).items():
                    found.setdefault(f"{name}: {what}", []).append(rate)
    report({name: median(rates) for name, rates in found.items()}, rounds, size)


def report(rates: dict[str, Rate], rounds: int, size: int) -> None:
    for name, rate in rates.items():
        tell(f"{name:24} {rate.per_second:10,.0f} per s {rate.cpu_us:8,.0f} µs CPU each")
    sent, eta = rates["ledger: sent"].per_second, rates["celery eta: fired"].per_second
    limit = rates["raw: claimed and done"].per_second
    ratios = {
        "ledger / celery eta": round(sent / eta, 1),
        "ledger / raw claim and done": round(sent / limit, 2),
        "bus handled / celery eta": round(rates["bus: whole"].per_second / eta, 1),
    }
    per_second = {name: round(rate.per_second) for name, rate in rates.items()}
    print(json.dumps({"rounds": rounds, "size": size, "per_second": per_second, "ratios": ratios}))  # noqa: T201


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
