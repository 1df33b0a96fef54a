"""What strikes when: chosen by the seed alone, before anything is started, so that a run can be played again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.events import SERVICES

ROLES = ("web", "relay", "work")
BROKER = ("flush", "kill_broker", "cut", "freeze_broker", "black_hole", "fill_memory")
DATABASE = ("crash_database",)
HOLDS = {
    "kill_broker": (0.0, 1.5),
    "freeze_broker": (2.0, 4.0),
    "black_hole": (2.0, 4.0),
    "fill_memory": (1.5, 3.0),
    "crash_database": (0.2, 1.5),
    "freeze": (1.5, 3.0),
    "depose": (2.5, 3.5),
}
"""How long a fault lasts, in seconds; the others are over at once. A leader that stands still for longer than the relay's
second and has lost its session meanwhile is no leader any more; what a frozen worker had taken is taken by another."""


@dataclass(frozen=True)
class Strike:
    """One fault: when it begins, in seconds from the start, how long it lasts and whom it hits."""

    at: float
    hold: float
    fault: str
    target: str = ""

    @property
    def name(self) -> str:
        """What the report counts it as: ``kill_relay``, whichever service's."""
        return f"{self.fault}_{self.target.partition(' ')[2]}" if " " in self.target else self.fault


@dataclass(frozen=True)
class Plan:
    """Three lanes that strike at the same time: never two faults at once on the broker, the database or our processes."""

    broker: tuple[Strike, ...]
    database: tuple[Strike, ...]
    processes: tuple[Strike, ...]

    @property
    def lanes(self) -> tuple[tuple[Strike, ...], ...]:
        return (self.broker, self.database, self.processes)

    def counts(self) -> Counter[str]:
        return Counter(strike.name for lane in self.lanes for strike in lane)


def make(seed: int, seconds: float, *, every_process: bool) -> Plan:
    """Every fault at least once; ``every_process``: every role of every service dies once and freezes once, and a
    leader is deposed. Otherwise one service's of each role."""
    chance = random.Random(seed)
    broker = [*BROKER, *chance.choices(BROKER, k=round(seconds / 12))]
    services = {role: SERVICES if every_process else (chance.choice(SERVICES),) for role in ROLES}
    targets = [f"{service} {role}" for role in ROLES for service in services[role]]
    ours = [(chance.choice(("kill", "kill_alone")), target) for target in targets]
    ours += [("freeze", target) for target in targets]
    ours += [("depose", "")] if every_process else []
    return Plan(
        _lane(chance, [(fault, "") for fault in broker], seconds),
        _lane(chance, [(fault, "") for fault in DATABASE * (2 if every_process else 1)], seconds),
        _lane(chance, ours, seconds),
    )


def _lane(chance: random.Random, faults: Sequence[tuple[str, str]], seconds: float) -> tuple[Strike, ...]:
    """The faults in random order, each somewhere in its share of the time, over before the next one's share begins."""
    share = seconds / len(faults)
    strikes: list[Strike] = []
    for number, (fault, target) in enumerate(chance.sample(faults, len(faults))):
        hold = min(chance.uniform(*HOLDS.get(fault, (0.0, 0.0))), share * 0.9)
        at = number * share + chance.uniform(0, share - hold)
        strikes.append(Strike(round(at, 2), round(hold, 2), fault, target))
    return tuple(strikes)
