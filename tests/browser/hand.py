"""A person's hand on a real browser: the verbs of the tour's hand, every page judged on the way and kept as a picture."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from html5lib.html5parser import ParseError
from playwright.sync_api import Browser, Locator, Page, Response

from deploy.tour.hand import Fields, Lost
from tests.browser.conftest import SCREENSHOTS, Watched, faults, judge_document, sideways

NAVIGATION_MS = 30_000
DOOR = "Go in as "
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
"""What differs between two sights of one page: ids, times, counts."""


@dataclass
class Onlooker:
    """Looks over the shoulder of everybody in one journey.

    ``faults`` is what is wrong, per path; ``requested`` every address any browser asked for. ``step`` names the pictures:
    whoever walks keeps it up to date.
    """

    browser: Browser
    name: str
    scripts: bool = True
    width: int = 360
    step: str = "start"
    faults: dict[str, list[str]] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)
    hands: list[BrowserHand] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for old in self.folder.glob("*.png"):
            old.unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        return SCREENSHOTS / self.name

    def hand(self, site: str) -> BrowserHand:
        """The hand of one more person, with a browser window of their own."""
        made = BrowserHand(site, self)
        self.hands.append(made)
        return made

    def cookies(self) -> list[str]:
        """Every cookie that anybody holds now."""
        return [f"{one.get('name')}={one.get('value')}" for hand in self.hands for one in hand.page.context.cookies()]

    def close(self) -> None:
        for hand in self.hands:
            hand.page.context.close()

    def look(self, hand: BrowserHand) -> None:
        """Judge what the hand has before it, once per page that reads differently."""
        path = urlsplit(hand.page.url).path
        sight = hashlib.sha256(CHANGING.sub("#", path + hand.text()).encode()).hexdigest()
        if sight in self._seen:
            return
        self._seen.add(sight)
        name = f"{len(self._seen):03}-{self.step}-{hand.who}".replace(" ", "-").lower()
        hand.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        self.judge(hand, f"{path} ({name})")

    def judge(self, hand: BrowserHand, where: str, *, with_axe: bool = True) -> None:
        """Note what is wrong with the page, if anything is."""
        if found := list(_wrong(hand, with_axe=with_axe)):
            self.faults.setdefault(where, []).extend(found)


class BrowserHand:
    """One person at one browser window, scripts on or off as the onlooker says."""

    def __init__(self, site: str, onlooker: Onlooker) -> None:
        self.site = site
        self.who = "somebody"
        self.watch = Watched(scripts=onlooker.scripts)
        self._onlooker = onlooker
        context = onlooker.browser.new_context(
            viewport={"width": onlooker.width, "height": 800},
            java_script_enabled=onlooker.scripts,
            reduced_motion="reduce",
        )
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: onlooker.requested.append(request.url))
        self.page.on("response", self.watch.saw)
        self.page.on("console", self.watch.heard)
        self.page.on("pageerror", lambda error: self.watch.complaints.append(str(error)))

    @property
    def address(self) -> str:
        return self.page.url if self.page.url.startswith("http") else self.site

    def open(self, address: str) -> None:
        """Go to an address, on this site or elsewhere."""
        self._arrive(self.page.goto(urljoin(self.address, address), timeout=NAVIGATION_MS))

    def press(self, words: str, fields: Fields | None = None) -> None:
        """Press the button or follow the link that says ``words``; ``fields`` (label → value) are filled in first."""
        self.who = words.removeprefix(DOOR) if words.startswith(DOOR) else self.who
        button = self._button(words, fields or {})
        if button is not None:
            for label, value in (fields or {}).items():
                _fill(_form_of(button), label, value)
        target = button or self._called("main a[href]", words) or self._called("a[href]", words)
        if target is None:
            raise Lost(f"nothing says {words!r} on {self.address}: {self.buttons()}")
        _unfold(target)
        with self.page.expect_navigation(timeout=NAVIGATION_MS) as arrival:
            target.click()
        self._arrive(arrival.value)

    def sees(self, words: str) -> bool:
        return words in self.text()

    def text(self) -> str:
        """What can be read in the page's main part, spaces made single."""
        main = self.page.locator("main").or_(self.page.locator("body:not(:has(main))"))
        return " ".join(" ".join(main.all_inner_texts()).split())

    def links(self, part: str) -> list[str]:
        """The addresses on the page that hold ``part``."""
        found = [link.get_attribute("href") or "" for link in self.page.locator("a[href]").all()]
        return [address for address in found if part in address]

    def buttons(self) -> list[str]:
        return [_plain(text) for text in self.page.locator("main button").all_text_contents()]

    def _arrive(self, document: Response | None) -> None:
        self.page.locator(".htmx-request").first.wait_for(state="detached")
        if document is not None and document.status >= 400:
            raise Lost(f"{document.status} on {urlsplit(self.page.url).path}: {self.text()[:400]}")
        self._onlooker.look(self)

    def _button(self, words: str, fields: Fields) -> Locator | None:
        """Of several buttons that say the words, the one whose form has these fields; else the first."""
        found = _all_called(self.page.locator("form button"), words)
        fitting = (one for one in found if all(_field(_form_of(one), *field) for field in fields.items()))
        return next(fitting, found[0]) if found else None

    def _called(self, selector: str, words: str) -> Locator | None:
        return next(iter(_all_called(self.page.locator(selector), words)), None)


def _wrong(hand: BrowserHand, *, with_axe: bool) -> list[str]:
    """What is wrong with the page: its document, its scripts' complaints, its width, what axe finds serious."""
    page, watch = hand.page, hand.watch
    found = [*watch.complaints, *_judged(watch.document)]
    watch.complaints.clear()
    if watch.scripts:
        found += ["scrolls sideways"] if sideways(page) else []
        found += faults(page) if with_axe else []
    return found


def _judged(document: Response | None) -> list[str]:
    if document is None:
        return ["the page was never opened"]
    try:
        judge_document(document)
    except (AssertionError, ParseError) as error:
        return [f"{type(error).__name__}: {error}"]
    return []


def _all_called(found: Locator, words: str) -> list[Locator]:
    return [found.nth(place) for place, text in enumerate(found.all_text_contents()) if _plain(text) == words]


def _form_of(button: Locator) -> Locator:
    return button.locator("xpath=ancestor::form")


def _field(form: Locator, label: str, value: str) -> Locator | None:
    """The field with the label; of several choices under one question (``label``) the one that says ``value``."""
    fields = form.get_by_label(label, exact=True)
    groups = _all_called(form.locator("legend"), label)
    if groups:
        fields = groups[0].locator("xpath=ancestor::fieldset[1]").get_by_label(value, exact=True)
    return fields.first if fields.count() else None


def _fill(form: Locator, label: str, value: str) -> None:
    """Write ``value`` where the label says; choose the radio button or tick the box that bears the label, or the value
    under a question that does."""
    element = _field(form, label, value)
    if element is None:
        raise Lost(
            f"no field is called {label!r}: {[_plain(one) for one in form.locator('label').all_text_contents()]}"
        )
    _unfold(element)
    if element.get_attribute("type") in {"radio", "checkbox"}:
        element.check()
    elif element.evaluate("element => element.tagName") == "SELECT":
        element.select_option(label=value)
    else:
        element.fill(value)


def _unfold(target: Locator) -> None:
    """Open what the target is folded away in, as a person must."""
    for _ in range(target.locator("xpath=ancestor::details[not(@open)]").count()):
        target.locator("xpath=ancestor::details[not(@open)]").first.locator("> summary").click()


def _plain(text: str) -> str:
    return " ".join(text.split())
