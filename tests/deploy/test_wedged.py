"""A whole system of which parts stand still: each is back at work within a minute, and nothing is lost (promise 41)."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy import settings
from deploy.supervise.control import State, Supervisor
from deploy.supervise.watchdog import YOUNG_SECONDS
from tests.deploy.test_run import until
from tests.journeys.journey import running
from tests.support.servers import Servers
from tests.support.system import System

pytestmark = [pytest.mark.alone, pytest.mark.full, pytest.mark.timeout(600)]
MOST_SECONDS = 60
STANDING = ("notify relay", "selfcare work", "contract web child", "notify work child")
"""Each frozen with the others: who watches must not be busy with one of them alone."""


@pytest.fixture(scope="module")
def system(servers: Servers) -> Iterator[System]:
    with running(servers.run / "wedged", "--empty") as made:
        assert until(lambda: ok(made), 150), made.cli("status").stdout
        yield made


def ok(system: System) -> bool:
    return system.cli("status").returncode == 0


def state_of(system: System, what: str) -> State:
    return next(state for state in Supervisor(system.folder).states() if state.name == "-".join(what.split()[:2]))


def process(system: System, what: str) -> int:
    """The process that is named: a program's own, or the one it minds."""
    pid = state_of(system, what).pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]) if what.endswith("child") else pid


def health(system: System, service: str) -> dict[str, Any]:
    """What the service's own health page says; empty when it does not answer."""
    url = settings.load(system.folder).service_url(service)
    try:
        answer = httpx.get(f"{url}/{service}/internal/healthz", timeout=2)
    except httpx.TransportError:
        return {}
    return {"status": answer.status_code, **answer.json()}


def stands_still(system: System, what: str) -> bool:
    """Whether the role does nothing, or nobody can say that it does something."""
    service, role = what.split()[:2]
    known = health(system, service)
    age = known.get("facts", {}).get(role)
    return not known if role == "web" else age is None or float(age) > 8


def old_enough(system: System, what: str) -> bool:
    return time.time() - state_of(system, what).since > YOUNG_SECONDS


def test_P41_whatever_stands_still_is_back_at_work_within_a_minute(system: System) -> None:
    assert until(lambda: all(old_enough(system, what) for what in STANDING), 2 * YOUNG_SECONDS)
    frozen = {what: process(system, what) for what in STANDING}
    begun, back = time.monotonic(), dict.fromkeys(STANDING, 0.0)
    for pid in frozen.values():
        os.kill(pid, signal.SIGSTOP)
    for what in STANDING:
        assert until(lambda what=what: stands_still(system, what), MOST_SECONDS), f"{what} does not even stand still"  # type: ignore[misc]
    while left := [what for what, seconds in back.items() if not seconds]:
        assert time.monotonic() - begun <= MOST_SECONDS, f"{left} within a minute: {system.cli('status').stdout}"
        back |= {what: time.monotonic() - begun for what in left if not stands_still(system, what)}
        time.sleep(0.2)
    sys.stdout.write(json.dumps({what: round(seconds, 1) for what, seconds in back.items()}) + "\n")
    assert not [what for what, pid in frozen.items() if Path(f"/proc/{pid}").exists()]
    assert until(lambda: ok(system)), system.cli("status").stdout


def test_P41_who_only_minds_the_one_that_answers_is_missed_by_nobody(system: System) -> None:
    assert until(lambda: ok(system)), system.cli("status").stdout
    frozen = process(system, "notify web")
    os.kill(frozen, signal.SIGSTOP)
    try:
        assert health(system, "notify")["status"] == 200
    finally:
        os.kill(frozen, signal.SIGCONT)
