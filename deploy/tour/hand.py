"""Somebody's hand on a page: opens addresses, fills fields by their labels, presses what bears certain words.

The tour's hand speaks HTTP and reads HTML; the browser tests' hand has the same verbs on a real browser. Neither knows a
field's name or a form's address: only what a person reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urljoin

import httpx
from lxml import html
from lxml.html import FormElement, HtmlElement

Fields = Mapping[str, str]


class Lost(Exception):
    """What was looked for is not on the page; the text says what was, and where."""


class Hand(Protocol):
    """What a person can do with a page."""

    def open(self, address: str) -> None: ...

    def press(self, words: str, fields: Fields | None = None) -> None: ...

    def sees(self, words: str) -> bool: ...

    def text(self) -> str: ...


class HttpHand:
    """A person without scripts: every page whole, every button a form."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.address = site
        self._client = httpx.Client(base_url=site, follow_redirects=True, timeout=30, trust_env=False)
        self._page: HtmlElement | None = None

    def open(self, address: str) -> None:
        self._show(self._client.get(urljoin(self.address, address)))

    def press(self, words: str, fields: Fields | None = None) -> None:
        """Press the button or follow the link that says ``words``; ``fields`` (label → value) are filled in first."""
        form = self._form_with(words)
        if form is not None:
            self._submit(form, words, fields or {})
            return
        link = next((a for a in self._all("//main//a[@href] | //a[@href]") if _words(a) == words), None)
        if link is None:
            raise Lost(f"nothing says {words!r} on {self.address}: {self.buttons()}")
        self.open(link.get("href", ""))

    def sees(self, words: str) -> bool:
        return words in self.text()

    def text(self) -> str:
        """What stands in the page's main part, spaces made single."""
        main = self._all("//main") or self._all("//body")
        return " ".join(" ".join(part.text_content().split()) for part in main)

    def links(self, part: str) -> list[str]:
        """The addresses on the page that hold ``part``."""
        return [a.get("href", "") for a in self._all("//a[@href]") if part in a.get("href", "")]

    def buttons(self) -> list[str]:
        return [_words(button) for button in self._all("//main//button")]

    def _show(self, answer: httpx.Response) -> None:
        self.address = str(answer.url)
        self._page = html.fromstring(answer.text or "<html><body></body></html>", base_url=self.address)
        if answer.status_code >= 400:
            raise Lost(f"{answer.status_code} on {answer.url.path}: {self.text()[:400]}")

    def _all(self, path: str) -> list[HtmlElement]:
        return [] if self._page is None else list(self._page.xpath(path))

    def _form_with(self, words: str) -> FormElement | None:
        for form in self._all("//form"):
            if any(_words(button) == words for button in form.xpath(".//button")) and isinstance(form, FormElement):
                return form
        return None

    def _submit(self, form: FormElement, words: str, fields: Fields) -> None:
        for label, value in fields.items():
            _fill(form, label, value)
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        button = next(button for button in form.xpath(".//button") if _words(button) == words)
        if button.get("name"):
            data[button.get("name")] = [button.get("value", "")]
        target = urljoin(self.address, form.get("action") or self.address)
        if (form.get("method") or "get").lower() == "post":
            self._show(self._client.post(target, data=data, headers={"Origin": self.site}))
        else:
            self._show(self._client.get(target, params=data))


def _fill(form: FormElement, label: str, value: str) -> None:
    """Write ``value`` where the label says; choose the radio button or tick the box that bears the label."""
    for found in form.xpath(".//label"):
        if _words(found) != label:
            continue
        element = form.xpath(f".//*[@id='{found.get('for')}']")[0]
        if element.get("type") == "radio":
            form.fields[element.get("name")] = element.get("value")
        elif element.get("type") == "checkbox":
            element.set("checked", "checked")
        elif element.tag == "select":
            form.fields[element.get("name")] = _option(element, value)
        else:
            form.fields[element.get("name")] = value
        return
    raise Lost(f"no field is called {label!r}: {[_words(one) for one in form.xpath('.//label')]}")


def _option(select: HtmlElement, words: str) -> str:
    for option in select.xpath(".//option"):
        if _words(option) == words:
            return str(option.get("value"))
    raise Lost(f"{words!r} can't be chosen: {[_words(option) for option in select.xpath('.//option')]}")


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
