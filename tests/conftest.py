"""Root fixtures: fresh databases and a broker for whoever asks, loopback only, an honest closing line.

``contract_db``, ``selfcare_db``, ``notify_db`` and ``databases`` give ``shared.db.Database`` objects whose commits are
real; ``valkey_url`` an empty broker of the worker's own. Nothing is started for a test that asks for none of them.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis
from hypothesis import settings

from shared.db import Database
from shared.events import SERVICES
from tests.support import browser as program
from tests.support import loopback
from tests.support.databases import WorkerDatabases
from tests.support.servers import Servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ABSENT_DATA, NO_BROWSER = "third-party data", "no browser"
"""What the reason of an expected skip begins with. With ``--no-surprises`` a missing browser is none of them."""

settings.register_profile("sampled", deadline=None)  # a busy machine is not a failing property
settings.register_profile("full", deadline=None, max_examples=2000)  # --hypothesis-profile=full, in `make test-all`
settings.load_profile("sampled")

SERVERS = pytest.StashKey[Servers]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres-bin", type=Path, help="test against the PostgreSQL whose programs are in this folder")
    parser.addoption("--servers", type=Path, help="test on the servers of another run, whose folder this is")
    parser.addoption("--no-surprises", action="store_true", help="fail on a skip nobody expects and without a browser")


def pytest_configure(config: pytest.Config) -> None:
    loopback.guard()
    run = getattr(config, "workerinput", {}).get("run") or config.getoption("--servers")
    programs = config.getoption("--postgres-bin")
    config.stash[SERVERS] = Servers(Path(run), programs) if run else Servers.begin(programs)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """xdist: every worker finds the servers of the run it belongs to."""
    node.workerinput["run"] = str(node.config.stash[SERVERS].run)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    without = sum(reason.startswith(NO_BROWSER) for reason in _skips(reporter)) if reporter else 0
    if reporter and without:
        reporter.write_line(f"No browser here: {without} browser tests did not run. {program.ADVICE}")
    if not hasattr(config, "workerinput") and not config.getoption("--servers") and SERVERS in config.stash:
        config.stash[SERVERS].end()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = long_ones_first(items)
    if program.path() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=f"{NO_BROWSER}: {program.ADVICE}"))


def pytest_collection_finish() -> None:
    """What has been loaded by now stays: it need not be looked through whenever garbage is collected, and seldom the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def long_ones_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Files with a test that is given more time than usual come first for either of two workers, who begin at the start
    and in the middle: begun last they would keep one of them after the other has nothing left to do."""
    longest: dict[Path, float] = {}
    for item in items:
        marker = item.get_closest_marker("timeout")
        if marker:
            longest[item.path] = max(marker.args[0], longest.get(item.path, 0))
    first = sorted(longest, key=lambda path: -longest[path])
    piles = [[item for path in first[begin::2] for item in items if item.path == path] for begin in (0, 1)]
    rest = [item for item in items if item.path not in longest]
    middle = len(rest) // 2
    return [*piles[0], *rest[:middle], *piles[1], *rest[middle:]]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """An empty selection is no failure; with ``--no-surprises`` a skip that nobody expects is one."""
    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.option.markexpr:
        session.exitstatus = pytest.ExitCode.OK
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    strict = session.config.getoption("--no-surprises") and session.exitstatus == pytest.ExitCode.OK
    if reporter and strict and any(not reason.startswith(ABSENT_DATA) for reason in _skips(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.config.getoption("--no-surprises"):
        for reason in sorted({reason for reason in _skips(terminalreporter) if not reason.startswith(ABSENT_DATA)}):
            terminalreporter.write_line(f"A skip that nobody expects: {reason}", red=True)


def _skips(reporter: pytest.TerminalReporter) -> list[str]:
    found = [report.longrepr for report in reporter.stats.get("skipped", [])]
    return [str(why[2]).removeprefix("Skipped: ") for why in found if isinstance(why, tuple)]


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The run's PostgreSQL and Valkey, for tests that need more than a fresh database."""
    return pytestconfig.stash[SERVERS]


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this worker: ``gw0``, ``gw1``, …; ``main`` without xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def worker_databases(servers: Servers, worker: str) -> Iterator[WorkerDatabases]:
    made = WorkerDatabases(servers, f"{worker}_{os.getpid()}")
    yield made
    made.close()


@pytest.fixture
def contract_db(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.fresh("contract")


@pytest.fixture
def selfcare_db(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.fresh("selfcare")


@pytest.fixture
def notify_db(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.fresh("notify")


@pytest.fixture
def databases(contract_db: Database, selfcare_db: Database, notify_db: Database) -> dict[str, Database]:
    """The database of each service, by its name."""
    return dict(zip(SERVICES, (contract_db, selfcare_db, notify_db), strict=True))


@pytest.fixture
def valkey_url(servers: Servers, worker: str) -> str:
    """The address of an empty broker of this worker's own."""
    number = int(worker.removeprefix("gw")) if worker.startswith("gw") else 0
    url = servers.valkey().url.removesuffix("/0") + f"/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this machine; without one the test is skipped and says what to install."""
    path = program.path()
    if path is None:
        pytest.skip(f"{NO_BROWSER}: {program.ADVICE}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(program.FLAGS))
        yield running
        running.close()
