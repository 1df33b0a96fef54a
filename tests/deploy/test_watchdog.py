"""The watchdog's patience: what hangs is ended politely, then by force, once a minute at most, and nothing else is."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from deploy.supervise.watchdog import Watchdog

TERM, KILL = signal.SIGTERM, signal.SIGKILL


@dataclass
class Machine:
    """A machine whose programs hang as told. A request to stop ends nothing, force starts a new process."""

    hanging: set[str] = field(default_factory=set)
    pids: dict[str, int] = field(default_factory=dict)
    ended: list[tuple[float, signal.Signals]] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.dog = Watchdog(lambda: self.hanging, self.pids.get, self.end, lambda _line: None, lambda: self.now)

    def end(self, pid: int, number: signal.Signals) -> None:
        self.ended.append((self.now, number))
        if number == KILL:
            self.pids = {name: old + 1 if old == pid else old for name, old in self.pids.items()}
            self.dog._pid_of = self.pids.get

    def go_on(self, seconds: float) -> Iterator[float]:
        until = self.now + seconds
        while self.now < until:
            yield self.now
            self.now += self.dog.look()

    def live(self, seconds: float) -> None:
        for _ in self.go_on(seconds):
            pass


def test_P41_a_role_that_hangs_in_two_looks_is_asked_to_stop_and_then_ended() -> None:
    machine = Machine({"notify-relay"}, {"notify-relay": 100})
    machine.live(20)
    assert machine.ended == [(3.0, TERM), (6.0, KILL)]


def test_P41_pages_are_given_more_time_for_a_machine_may_only_be_busy() -> None:
    machine = Machine({"notify-web"}, {"notify-web": 100})
    machine.live(35)
    assert machine.ended == [(18.0, TERM), (21.0, KILL)]


def test_P41_what_hangs_in_one_look_only_is_left_alone() -> None:
    machine = Machine(pids={"notify-work": 100})
    for _ in machine.go_on(120):
        machine.hanging = set() if machine.hanging else {"notify-work"}
    assert machine.ended == []


def test_P41_what_a_new_process_does_not_mend_is_ended_ever_more_seldom() -> None:
    """A machine that is too busy for a program to begin is not made busier."""
    machine = Machine({"notify-relay"}, {"notify-relay": 100})
    machine.live(1000)
    asked = [at for at, number in machine.ended if number == TERM]
    assert [later - earlier for earlier, later in pairwise(asked)] == [60, 120, 240, 480]


def test_P41_what_works_again_and_hangs_again_is_ended_at_once() -> None:
    machine = Machine({"notify-relay"}, {"notify-relay": 100})
    for now in machine.go_on(300):
        machine.hanging = set() if 100 < now < 200 else {"notify-relay"}
    asked = [at for at, number in machine.ended if number == TERM]
    assert asked == [3.0, 63.0, 205.0, 265.0]


def test_P41_what_does_not_run_or_has_just_begun_is_not_ended() -> None:
    machine = Machine({"notify-relay"})
    machine.live(60)
    assert machine.ended == []
