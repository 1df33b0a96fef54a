"""The main job at a desk without scripts, and where every link leads that anybody sees afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

from deploy.tour.hand import Lost
from deploy.tour.people import ANITA, EMIL, ESTHER, KARIN, LISA, NOOR, ULLA
from deploy.tour.stage import Stage
from tests.browser.hand import CHANGING, BrowserHand, Onlooker
from tests.journeys.journey import listed, running, walk_through
from tests.support.servers import Servers
from tests.support.system import System

pytestmark = [pytest.mark.full, pytest.mark.browser, pytest.mark.timeout(900)]

ELSEWHERE = ("/demo/", "/contract/signin/out")
"""Other people's mails, and the end of the session."""
MOST_PAGES = 40


@dataclass
class Desk:
    """A system after the walk, still running."""

    system: System
    faults: dict[str, list[str]]


@pytest.fixture(scope="module")
def desk(servers: Servers, worker: str, browser: Browser) -> Iterator[Desk]:
    with running(servers.run / f"desk-{worker}") as system:
        with closing(Onlooker(browser, "main-job-without-scripts", scripts=False, width=1280)) as onlooker:
            walk_through(Stage(system.folder, system.url, onlooker.hand), onlooker)
        yield Desk(system, onlooker.faults)


def test_everybody_comes_through_the_main_job_without_scripts(desk: Desk) -> None:
    assert not desk.faults, listed(desk.faults)


def test_every_link_that_anybody_sees_leads_to_a_sound_page_in_swedish(desk: Desk, browser: Browser) -> None:
    with closing(Onlooker(browser, "every-link")) as onlooker:
        stage = Stage(desk.system.folder, desk.system.url)
        for name in (ESTHER, KARIN, LISA, ANITA, ULLA, EMIL, NOOR):
            onlooker.step = "swedish"
            hand = onlooker.hand(stage.site)
            hand.open("/?language=en")
            hand.press(f"Go in as {name}")
            hand.press("Sign in")
            look_around(hand, onlooker)
    assert not onlooker.faults, listed(onlooker.faults)


def look_around(hand: BrowserHand, onlooker: Onlooker) -> None:
    """Open what the first page links to, and what that links to, each kind of page once."""
    waiting, known = ["/contract/home?language=sv"], set[str]()
    while waiting and len(known) < MOST_PAGES:
        address = waiting.pop(0)
        try:
            hand.open(address)
        except Lost as lost:
            onlooker.faults.setdefault(address, []).append(f"{hand.who}: {lost}")
            continue
        for found in (urlsplit(urljoin(hand.address, link)) for link in hand.links("/")):
            kind = CHANGING.sub("#", found.path)
            if kind not in known and is_page_of_ours(hand, found):
                known.add(kind)
                waiting.append(found.geturl())


def is_page_of_ours(hand: BrowserHand, found: SplitResult) -> bool:
    ours = found.netloc == urlsplit(hand.site).netloc and not found.path.startswith(ELSEWHERE)
    return ours and "." not in found.path and "language=" not in found.query
