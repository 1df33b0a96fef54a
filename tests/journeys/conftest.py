"""The one whole walk that every change must pass: marked people, in a browser where there is one, searched at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from deploy import settings
from deploy.demo.load import load
from deploy.mail.box import Box, Mail
from deploy.tour.hand import HttpHand
from tests.browser.hand import Onlooker
from tests.journeys import marked, traces
from tests.journeys.journey import WITHOUT_LOSS, running, walk_through
from tests.journeys.traces import Trace
from tests.support import browser as program
from tests.support.servers import Servers


@dataclass
class Walked:
    """What is left of a walk whose system has been stopped. ``faults``: what was wrong, per page."""

    marks: set[str]
    faults: dict[str, list[str]] = field(default_factory=dict)
    files: list[Trace] = field(default_factory=list)
    broker: list[Trace] = field(default_factory=list)
    addresses: list[Trace] = field(default_factory=list)
    cookies: list[Trace] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)


class RememberingHand(HttpHand):
    """Keeps every address it was led to."""

    def __init__(self, site: str, walked: list[str]) -> None:
        super().__init__(site)
        self._walked = walked

    def _show(self, answer: httpx.Response) -> None:
        self._walked += [str(one.url) for one in (*answer.history, answer)]
        super()._show(answer)


@pytest.fixture(scope="session")
def walked(servers: Servers, request: pytest.FixtureRequest) -> Walked:
    """The main job done by marked people, once per run. Without a browser there are no faults and no cookies in it."""
    records = marked.marked_records(servers.run / "marked-records")
    found = Walked(marked.markers(records))
    data = servers.run / "marked"
    if program.path() is None:
        requested: list[str] = []
        _walk(data, records, found, lambda site: RememberingHand(site, requested))
    else:
        with _looking_on(request.getfixturevalue("browser")) as onlooker:
            _walk(data, records, found, onlooker.hand, onlooker)
            found.faults, requested = onlooker.faults, onlooker.requested
            found.cookies = traces.of_lines("the cookie", onlooker.cookies())
    found.addresses = traces.of_lines("the address", requested)
    return found


@contextmanager
def _looking_on(browser: Browser) -> Iterator[Onlooker]:
    onlooker = Onlooker(browser, "main-job")
    try:
        yield onlooker
    finally:
        onlooker.close()


def _walk(
    data: Path, records: list[Path], found: Walked, make_hand: marked.MakeHand, onlooker: Onlooker | None = None
) -> None:
    """Walk, then read what the system leaves behind before it is stopped and after."""
    with running(data, "--empty") as system:
        broker = settings.load(system.folder).valkey
        overheard = traces.Overheard(broker)
        load(system.folder, records)
        stage = marked.MarkedStage(system.folder, system.url, make_hand)
        walk_through(stage, onlooker, leaving_out=WITHOUT_LOSS)
        found.broker = [*traces.of_broker(broker.url), *overheard.traces()]
        found.mails = Box(system.folder.mail).newest(10_000)
        said = [system.cli("status", "--json").stdout, system.cli("bus", "status", "--json").stdout, system.said]
    found.files = [*traces.of_files(system.folder), *traces.of_lines("the commands'", said)]
