"""A walk through the whole main job on a system of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy import settings
from deploy.supervise.control import Supervisor
from deploy.supervise.programs import PAGES, SERVERS, WORKING, programs
from deploy.supervise.waiting import wait_until
from deploy.tour.people import Walk
from deploy.tour.stage import Stage
from deploy.tour.walk import STEPS, lose_redis
from tests.browser.hand import Onlooker
from tests.support.system import System

Steps = tuple[Callable[[Walk], None], ...]
WITHOUT_LOSS: Steps = (lose_redis,)
"""What to leave out where the broker is to stay, or was never there."""


@contextmanager
def running(data: Path, *options: str) -> Iterator[System]:
    """A system with ``data`` as its folder, which is also what this process's own commands speak to meanwhile."""
    system = System(data)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SAMKONTRAKT_DATA", str(data))
        try:
            system.start(*options)
            yield system
        except Exception as error:
            error.add_note(complaints(system))
            raise
        finally:
            system.stop()


def complaints(system: System) -> str:
    """What the system's processes have complained about, the newest last."""
    logs = sorted(system.folder.logs.glob("*.log"))
    lines = [f"{log.stem}: {line}" for log in logs for line in log.read_text(errors="replace").splitlines()]
    return "\n".join(line for line in lines if '"level": "error"' in line)[-3000:]


def walk_through(stage: Stage, onlooker: Onlooker | None = None, *, leaving_out: Steps = ()) -> None:
    """Take the tour's steps, told to the onlooker. What a step fails with bears its name and how long the others took."""
    walk = Walk(stage)
    taken: dict[str, float] = {}
    for step in STEPS:
        if step in leaving_out:
            continue
        if onlooker:
            onlooker.step = step.__name__
        begun = time.monotonic()
        try:
            step(walk)
        except Exception as error:
            error.add_note(f"in the step {step.__name__}, after {taken}")
            raise
        taken[step.__name__] = round(time.monotonic() - begun, 1)


def begin_without_broker(system: System) -> None:
    """Make every process of the system one that has never seen a broker."""
    supervisor, all_of_them = Supervisor(system.folder), programs(settings.load(system.folder))
    for program in all_of_them:
        if program.group != SERVERS or program.name == "valkey":
            supervisor.stop(program.address)
    for group in (PAGES, WORKING):
        supervisor.start(group)
    wait_until(lambda: system.cli("status").returncode == 0 or _only_the_broker_is_missing(system), "the system", 60)


def _only_the_broker_is_missing(system: System) -> bool:
    states = Supervisor(system.folder).states()
    return all(one.state == "RUNNING" for one in states if one.name != "valkey")


def listed(faults: dict[str, list[str]]) -> str:
    """What an onlooker found, a fault a line."""
    return "\n".join(f"{page}: {fault}" for page, found in faults.items() for fault in found)
