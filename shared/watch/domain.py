"""The rule: from the facts about one service to a verdict in plain words. Progress counts, not that a process is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

from shared.watch.facts import Facts, Hindrance
from shared.watch.words import many, span, wait

LATE_SECONDS = 60
"""What hangs is started again within a minute: what has waited longer than that is not just being mended."""
RELAY_SECONDS = 20
"""A leading relay goes round once a second; ending a stand-in may take it ten."""
WORK_SECONDS = 30
"""A worker notes every commit. The longest it may be without one is a window of messages to a slow mail server."""
ANSWER_SECONDS = 15
"""The relay rings for its worker every five seconds at least: three bells."""


@dataclass(frozen=True)
class Reason:
    """One thing worth saying. ``fault``: work does not progress because of it; else it is only good to know."""

    role: str
    text: str
    fault: bool = True


@dataclass(frozen=True)
class Verdict:
    """``wedged`` are the roles whose process there is, but which does nothing: starting it again mends that."""

    reasons: Sequence[Reason] = ()
    wedged: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        return not any(reason.fault for reason in self.reasons)

    def of(self, role: str) -> Verdict:
        """What of it concerns one role."""
        return Verdict(tuple(reason for reason in self.reasons if reason.role == role), self.wedged & {role})


def judge(facts: Facts) -> Verdict:
    """What stands still in this service, why, and what an operator can do."""
    return Verdict((*_relay(facts), *_worker(facts), *_events(facts), *_due(facts)), wedged(facts))


def told(verdict: Verdict, facts: Facts) -> dict[str, Any]:
    """Both as plain values, for JSON."""
    reasons = [asdict(reason) for reason in verdict.reasons]
    return {"ok": verdict.ok, "reasons": reasons, "wedged": sorted(verdict.wedged), "facts": asdict(facts)}


def wedged(facts: Facts) -> frozenset[str]:
    """The roles that do nothing although nothing they need is missing. Without its bell nobody judges a worker: then
    Redis or the relay is what is missing. That the database is there shows in that these facts are."""
    found = {"relay"} if _age(facts.relay) > RELAY_SECONDS else set()
    if _age(facts.bell) < ANSWER_SECONDS and _age(facts.work) > WORK_SECONDS:
        found.add("work")
    return frozenset(found)


def _relay(facts: Facts) -> Iterator[Reason]:
    if _age(facts.relay) > RELAY_SECONDS:
        yield Reason(
            "relay", f"its relay {_silent(facts.relay)}: nothing is told and nobody rings. Look: its relay's log"
        )
    elif _age(facts.bell) > ANSWER_SECONDS:
        yield Reason(
            "relay", f"Redis takes no bell, the last {_ago(facts.bell)}: the work goes on without", fault=False
        )
    if _late(facts.unchained):
        yield Reason("relay", f"its access log has not been chained for {span(facts.unchained)}. Look: its relay's log")
    for stream, told in facts.tells.items():
        reader = stream.split(".")[-1]
        if _late(told.unnumbered, RELAY_SECONDS):
            yield Reason("relay", f"what {reader} is to be told has not been numbered for {span(told.unnumbered)}")
        if _late(told.unconfirmed):
            some = many(told.head - told.confirmed, "event")
            yield Reason(
                "relay", f"{reader} has not fetched {some}, the oldest for {span(told.unconfirmed)}", fault=False
            )


def _worker(facts: Facts) -> Iterator[Reason]:
    if _age(facts.work) <= ANSWER_SECONDS:
        return
    silent = f"its worker {_silent(facts.work)}"
    if _age(facts.stand_in) <= ANSWER_SECONDS:
        yield Reason("work", f"{silent}: the relay stands in", fault=False)
    elif _age(facts.work) > WORK_SECONDS:
        yield Reason("work", f"{silent} and nobody stands in. Look: its worker's log")


def _events(facts: Facts) -> Iterator[Reason]:
    waiting, parked, unread = (facts.waits(state) for state in ("waiting", "parked", "quarantined"))
    if waiting.count and waiting.seconds > LATE_SECONDS:
        yield Reason(
            "work", f"{wait(waiting, 'event')} to be handled, the oldest for {span(waiting.seconds)}{_why(facts)}"
        )
    look = f"Look: samkontrakt bus parked {facts.service}"
    if parked.count:
        behind = facts.waits("held").count
        more = f"; {wait(facts.waits('held'), 'event')} behind" if behind else ""
        some = many(parked.count, "event")
        yield Reason("work", f"{some} could not be handled, the oldest {span(parked.seconds)} ago{more}. {look}")
    if unread.count:
        some = many(unread.count, "event")
        yield Reason("work", f"{some} could not be read, the oldest {span(unread.seconds)} ago. {look}")


def _due(facts: Facts) -> Iterator[Reason]:
    for name, work in facts.due.items():
        if (stop := work.hindrance) is not None:
            yield Reason("work", _hindered(stop), fault=stop.seconds > LATE_SECONDS)
        elif _late(work.seconds):
            yield Reason("work", f"work that is due, {name}: the oldest has waited {span(work.seconds)}{_why(facts)}")


def _hindered(stop: Hindrance) -> str:
    said = f"{stop.what} has been left alone for {span(stop.seconds)}: {stop.why}; {wait(stop.waits, 'message')}"
    if stop.loses_use_in is None:
        return said
    lost = stop.loses_use_in <= 0
    return f"{said}, the first {'has lost its use' if lost else f'loses its use in {span(stop.loses_use_in)}'}"


def _why(facts: Facts) -> str:
    """Why something waits, where that is known."""
    if _age(facts.work) <= ANSWER_SECONDS:
        return ""
    if _age(facts.stand_in) <= ANSWER_SECONDS:
        return ": the worker does not answer and the relay stands in"
    return ": the worker does not answer"


def _age(seconds: float | None) -> float:
    return inf if seconds is None else seconds


def _late(seconds: float | None, limit: float = LATE_SECONDS) -> bool:
    return seconds is not None and seconds > limit


def _silent(seconds: float | None) -> str:
    return "has never done anything" if seconds is None else f"has done nothing for {span(seconds)}"


def _ago(seconds: float | None) -> str:
    return "never" if seconds is None else f"{span(seconds)} ago"
