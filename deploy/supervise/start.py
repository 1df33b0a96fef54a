"""Starting everything in order: servers, databases and their migrations, pages, then the work behind them."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import httpx

from deploy.embedded import databases
from deploy.folder import CHECKOUT, Folder
from deploy.settings import Settings
from deploy.supervise.control import Supervisor
from deploy.supervise.programs import PAGES, SERVERS, WORKING
from deploy.supervise.waiting import wait_until
from deploy.system import RATE_FACTOR
from deploy.trouble import Trouble
from shared.events import SERVICES

START_SECONDS = 120
Say = Callable[[str], None]


def start_all(settings: Settings, supervisor: Supervisor, say: Say) -> None:
    """Return when every page answers. Pages load their code while the databases are brought up to date."""
    wait_until(supervisor.answers, "the supervisor", START_SECONDS)
    supervisor.start(SERVERS)
    settings.cluster.wait(START_SECONDS)
    settings.valkey.wait(START_SECONDS)
    say("Database and broker are up.")
    for service in SERVICES:
        databases.ensure(settings.cluster.conninfo(), service, settings.secrets[f"{service}_database"])
    supervisor.start(PAGES)
    command(settings.folder, say, "migrate")
    say("Starting the pages …")
    for service in SERVICES:
        url = f"{settings.service_url(service)}/{service}/internal/healthz/web"
        wait_until(functools.partial(_answers, url), service, START_SECONDS)
    wait_until(functools.partial(_answers, settings.public_url), "the gateway", START_SECONDS)
    supervisor.start(WORKING)


def command(folder: Folder, say: Say, *arguments: str) -> None:
    """Run one of our own commands as a process of its own and pass on what it says: it loads what a supervisor that
    runs for months must not keep in memory. ``Trouble`` with its last line if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=CHECKOUT,
        env=environment(folder, os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        say(line)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Trouble(f"samkontrakt {' '.join(arguments)}: {last.removeprefix('Error: ')}")


def environment(folder: Folder, environ: Mapping[str, str]) -> dict[str, str]:
    """What the programs inherit: nothing of another system's settings, and their scratch files in the data folder."""
    scratch = folder.run / "tmp"
    scratch.mkdir(mode=0o700, exist_ok=True)
    kept = {name: text for name, text in environ.items() if not name.startswith("SAMKONTRAKT_") or name == RATE_FACTOR}
    level = environ.get("SAMKONTRAKT_LOG_LEVEL", "INFO")
    own = {"SAMKONTRAKT_DATA": str(folder.root), "SAMKONTRAKT_LOG_LEVEL": level, "TMPDIR": str(scratch)}
    return kept | own | {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
