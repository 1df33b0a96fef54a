"""A real browser for the journeys, and what is checked of every page it opens.

``open_page()`` gives a page of a person of their own (own cookies); ``page_checks(page, "name")`` judges what it shows.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from werkzeug.serving import make_server

from shared import auth
from shared.service import Service
from tests.support.services import cookie_of, make_app

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
SERIOUS = {"serious", "critical"}


@dataclass
class Watched:
    """What a page has shown since it was opened."""

    document: Response | None = None
    complaints: list[str] = field(default_factory=list)
    scripts: bool = True

    def saw(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame.parent_frame is None:
            self.document = response

    def heard(self, message: ConsoleMessage) -> None:
        # A page that says 404 or 422 is an answer; the browser's own line about it is no complaint.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """Where the pages of the test's own ``service`` are."""
    with served(make_app(service)) as address:
        yield address


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """An app at an address of its own (or at a port that is known before), for as long as it is looked at."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, address: str, person_id: UUID, *, ago: float = 0) -> Page:
    """The page as this person's, who showed who they are that many seconds ago, as contract's cookie says."""
    page.context.add_cookies([{"name": auth.COOKIE_NAME, "value": cookie_of(person_id, ago=ago), "url": address}])
    return page


@pytest.fixture
def watched() -> dict[Page, Watched]:
    return {}


@pytest.fixture
def open_page(browser: Browser, watched: dict[Page, Watched]) -> Iterator[Callable[..., Page]]:
    """``open_page(width=360, scripts=True)``: a new person's page, with cookies of its own."""
    contexts = []

    def opened(*, width: int = 360, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        watched[page] = watch = Watched(scripts=scripts)
        page.on("response", watch.saw)
        page.on("console", watch.heard)
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page_checks(watched: dict[Page, Watched]) -> Callable[[Page, str], None]:
    """``page_checks(page, "name")`` fails on invalid HTML, no title, language or CSP, a serious fault of accessibility,
    a complaint in the console, or a sideways scroll; it keeps a screenshot under the name."""

    def check(page: Page, name: str) -> None:
        watch = watched[page]
        page.wait_for_load_state()  # a click ends when the next page begins to come
        assert watch.document is not None, "the page was never opened"
        judge_document(watch.document)
        assert not watch.complaints, f"{page.url}: {watch.complaints}"
        _keep_picture(page, name)
        if watch.scripts:
            assert not sideways(page), f"{page.url} scrolls sideways at {page.viewport_size}"
            assert not faults(page), "\n".join(faults(page))

    return check


def faults(page: Page) -> list[str]:
    """The serious faults axe finds, each with the elements that have it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {fault['id']}: {fault['help']}: {[node['html'] for node in fault['nodes']]}"
        for fault in cast("list[dict[str, Any]]", found)
        if fault["impact"] in SERIOUS
    ]


def sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def judge_document(document: Response) -> None:
    """``AssertionError`` or a parser's error when the document is no valid HTML, or says no language, title or CSP."""
    html = document.text()
    html5lib.HTMLParser(strict=True).parse(html)
    assert re.search(r"<html lang=\"(sv|en)\"", html), "the page does not say its language"
    title = re.search(r"<title>\s*([^<]*?)\s*</title>", html)
    assert title, "the page has no title"
    assert title[1], "the page's title is empty"
    policy = document.header_value("content-security-policy") or ""
    assert "default-src" in policy, "the page has no Content-Security-Policy"
    assert "unsafe" not in policy, f"the Content-Security-Policy lets scripts or styles in: {policy}"


def _keep_picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
