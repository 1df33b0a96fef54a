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
from deploy.supervise.control import Supervisor
from tests.deploy.test_run import until
from tests.journeys.journey import running
from tests.support.servers import Servers
from tests.support.system import System

pytestmark = [pytest.mark.alone, pytest.mark.full, pytest.mark.timeout(600)]
SERVICE = "notify"
MOST_SECONDS = 60


@pytest.fixture(scope="module")
def system(servers: Servers) -> Iterator[System]:
    with running(servers.run / "wedged", "--empty") as made:
        assert until(lambda: ok(made), 150), made.cli("status").stdout
        yield made


def ok(system: System) -> bool:
    return system.cli("status").returncode == 0


def pid_of(system: System, name: str) -> int:
    return next(state.pid for state in Supervisor(system.folder).states() if state.name == name)


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def health(system: System) -> dict[str, Any]:
    """What the service's own health page says; empty when it does not answer."""
    url = settings.load(system.folder).service_url(SERVICE)
    try:
        answer = httpx.get(f"{url}/{SERVICE}/internal/healthz", timeout=2)
    except httpx.TransportError:
        return {}
    return {"status": answer.status_code, **answer.json()}


def age(system: System, role: str) -> float:
    """For how long a role has done nothing; very long when nobody can say."""
    known = health(system).get("facts", {}).get(role)
    return 1e6 if known is None else float(known)


@pytest.mark.parametrize("what", ["relay", "work", "web child", "work child", "web"])
def test_P41_what_stands_still_is_back_at_work_within_a_minute(system: System, what: str) -> None:
    role = what.split(maxsplit=1)[0]
    assert until(lambda: ok(system)), system.cli("status").stdout
    time.sleep(max(0, 61 - uptime(system, f"{SERVICE}-{role}")))
    frozen = pid_of(system, f"{SERVICE}-{role}")
    frozen = child_of(frozen) if what.endswith("child") else frozen
    os.kill(frozen, signal.SIGSTOP)
    begun = time.monotonic()
    if what == "web":  # the process that only minds the one that answers: nobody misses it
        assert health(system)["status"] == 200
        os.kill(frozen, signal.SIGCONT)
        return
    assert until(lambda: works_not(system, role), MOST_SECONDS), "it does not even stand still"
    seen = time.monotonic() - begun
    assert until(lambda: not works_not(system, role), MOST_SECONDS), system.cli("status").stdout
    took = time.monotonic() - begun
    sys.stdout.write(json.dumps({"frozen": what, "seen_s": round(seen, 1), "back_s": round(took, 1)}) + "\n")
    assert took <= MOST_SECONDS
    assert not Path(f"/proc/{frozen}").exists()
    assert until(lambda: ok(system)), system.cli("status").stdout


def works_not(system: System, role: str) -> bool:
    return not health(system) if role == "web" else age(system, role) > 8


def uptime(system: System, name: str) -> float:
    return time.time() - next(state.since for state in Supervisor(system.folder).states() if state.name == name)
