"""``samkontrakt run``: serves, says where, stops cleanly, and goes on with the data of the run before."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.demo.personas import BUNDLES, DOORS, ULLA
from deploy.supervise.control import Supervisor
from shared.events import SERVICES
from tests.support.servers import Servers
from tests.support.system import System

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]


@pytest.fixture
def system(servers: Servers, request: pytest.FixtureRequest) -> Iterator[System]:
    made = System(servers.run / f"system-{abs(hash(request.node.nodeid)) % 10_000}")
    yield made
    if Supervisor(made.folder).answers():
        made.stop()


def pids_of(system: System) -> list[int]:
    return [state.pid for state in Supervisor(system.folder).states() if state.pid]


def states(system: System) -> set[str]:
    return {state.state for state in Supervisor(system.folder).states()}


def serves(system: System) -> bool:
    try:
        return httpx.get(system.url + "/contract/signin", follow_redirects=True).status_code == 200
    except httpx.TransportError:
        return False


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_it_serves_takes_commands_stops_cleanly_and_goes_on_later(system: System, tmp_path: Path) -> None:
    system.start()
    pids = pids_of(system)
    assert len(pids) == 13
    assert httpx.get(system.url).text.count('action="/demo/doors/') == len(DOORS)
    commands_speak_to(system, tmp_path)
    assert system.stop() == 0
    assert alive(pids) == []
    assert stat.S_IMODE(system.folder.settings.stat().st_mode) == 0o600
    assert stat.S_IMODE(system.folder.root.stat().st_mode) & 0o066 == 0

    settings = system.folder.settings.read_text()
    system.start()
    assert system.folder.settings.read_text() == settings
    assert system.said.count("Demo data loaded.") == 1
    assert "2 days" in system.cli("demo", "clock", "+1h").stdout
    second = System(system.folder.root).cli("run")
    assert second.returncode == 1
    assert f"already running at {system.url}" in second.stderr
    assert system.cli("stop").returncode == 0
    assert system.wait() == 0


def commands_speak_to(system: System, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": "Bundle", "type": ')
    esther = str(BUNDLES / "esther.json")
    imported = system.cli("import", esther, str(broken), "--json")
    told = [json.loads(line) for line in imported.stdout.splitlines()]
    assert imported.returncode == 1
    assert [(one["file"], one["refused"]) for one in told] == [(esther, False), (str(broken), True)]
    assert [told[0][what] for what in ("created", "updated")] == [0, 0]
    assert told[0]["unchanged"] > 0
    assert told[1]["reason"]

    assert until(lambda: system.cli("status").returncode == 0)
    status = json.loads(system.cli("status", "--json").stdout)
    assert status["ok"]
    assert set(status["services"]) == set(SERVICES)
    bus = json.loads(system.cli("bus", "status", "--json").stdout)
    assert bus["contract"]["tells"]["contract.notify"]["head"] > 0
    assert system.cli("bus", "retry", "notify", str(uuid4())).returncode == 1
    for known_as in ("patient", ULLA.identity):
        link = system.cli("signin-link", known_as).stdout.strip()
        assert link.startswith(system.url)
        assert httpx.get(link).status_code == 200
    assert "door" in system.cli("signin-link", "nobody").stderr
    assert system.cli("demo", "clock", "+2d").returncode == 0


def test_killed_hard_it_leaves_nothing_running_and_starts_again(system: System) -> None:
    system.start("--empty")
    pids = pids_of(system)
    system.stop(signal.SIGKILL)
    assert until(lambda: not alive(pids)), alive(pids)
    system.start("--empty")


def test_what_dies_is_started_again(system: System) -> None:
    system.start("--empty")
    before = {state.name: state.pid for state in Supervisor(system.folder).states()}
    for name in ("contract-web", "notify-relay", "selfcare-work", "valkey", "postgres", "mail", "gateway"):
        os.kill(before[name], signal.SIGKILL)
    assert until(lambda: before["gateway"] not in pids_of(system) and states(system) == {"RUNNING"})
    assert until(lambda: serves(system))
