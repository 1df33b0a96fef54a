"""The goals, and what this run says of them: a pure judgement over medians."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROCRASTINATE, ETA, DRAMATIQ, HUEY = "procrastinate_defer", "celery_eta", "dramatiq_delay", "huey_schedule"


@dataclass(frozen=True)
class Goal:
    """One goal: ``measured`` against ``wanted``, at least or at most; None when it was not measured."""

    name: str
    wanted: float
    measured: float | None
    at_least: bool = True

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted


def judged(rates: Mapping[str, float], facts: Mapping[str, float], large: str | None = None) -> list[Goal]:
    """``rates``: the median of each measurement, per second; ``facts``: seconds and counts."""

    def ratio(one: str, other: str) -> float | None:
        return rates[one] / rates[other] if rates.get(one) and rates.get(other) else None

    def times(number: str, one: str, wanted: dict[str, float]) -> list[Goal]:
        return [Goal(f"{number} {one} / {peer}", least, ratio(one, f"{peer}: fired")) for peer, least in wanted.items()]

    sender, whole = "ledger, 2 processes", "whole product"
    faults = sum(value for name, value in facts.items() if name.endswith((": lost", ": twice", ": early")))
    goals = [
        *times("1a", sender, {PROCRASTINATE: 50, ETA: 20, DRAMATIQ: 10, HUEY: 8}),
        Goal("1a p50 late, s", 0.5, facts.get(f"{sender}: p50"), at_least=False),
        Goal("1a p99 late, s", 1.0, facts.get(f"{sender}: p99"), at_least=False),
        Goal("1  lost, double or early", 0, faults, at_least=False),
        *times("1b", whole, {PROCRASTINATE: 15, ETA: 6, DRAMATIQ: 3}),
        Goal("1b p99 late, s", 4.0, facts.get(f"{whole}: p99"), at_least=False),
        Goal("2  ledger, 1 process / raw claim and done", 0.5, ratio("ledger, 1 process", "raw: claim and done")),
        Goal(f"2  {sender} / no-op Celery tasks, 2 solo", 10, ratio(sender, "raw: no-op Celery tasks")),
        Goal("5  mail / pipelined limit of one process", 0.7, ratio("mail: product", "mail: pipelined limit")),
        Goal("5  mail / EmailMessage + smtplib", 7, ratio("mail: product", "mail: EmailMessage + smtplib")),
        Goal("6  bus, steady: handled per s", 2_900, rates.get("bus: steady")),
        Goal("6  bus, steady: p99 wait, s", 1.0, facts.get("bus: p99"), at_least=False),
        Goal("6  bus, backlog: received per s", 8_000, rates.get("bus: received")),
        Goal("6  bus, backlog: handled per s", 3_000, rates.get("bus: handled")),
        Goal("6  longest wait without Redis, s", 3.0, facts.get("bus: longest without Redis"), at_least=False),
    ]
    goals += [
        Goal(f"7  {name.removeprefix('register: ')}", 1.5, value, at_least=False)
        for name, value in facts.items()
        if name.startswith("register: ") and ": ratio" in name
    ]
    if large:
        goals.append(Goal("1a 100,000: p99 late, s", 8.0, facts.get(f"{large}: p99"), at_least=False))
    return goals
