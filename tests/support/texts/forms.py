"""The forms of a service as a browser finds them: every page somebody can reach, and what each form on it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from shared.service import Service
from tests.support.services import form_token, sign_in

WRITTEN = frozenset({"textarea", "text", "search", "email", "tel", "url", "password", "number"})
"""The kinds of field that somebody writes in."""
USUAL = {"date": "2026-12-01", "time": "10:00", "email": "ek@example.org", "tel": "070-174 06 05", "number": "3"}
"""What is written where only something of a kind will do."""
LEVELS = (frozenset({"words", "days", "ticks"}), frozenset({"words", "ticks"}), frozenset({"words"}), frozenset[str]())
"""What is filled in of what is empty, from everything to nothing: a form is tried so until it is taken."""
PAGES = 200
"""The most pages looked at for one person."""
Filled = dict[str, list[str]]


@dataclass(frozen=True)
class Field:
    """One field: ``says`` is what stands in it, or which of its ``choices`` are chosen."""

    name: str
    kind: str
    says: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A form, on which page it stands and to which kind of address it goes."""

    page: str
    action: str
    rule: str
    fields: tuple[Field, ...]
    upload: bool = False

    def __str__(self) -> str:
        return f"{self.rule} ({', '.join(field.name for field in self.fields)})"

    @property
    def written(self) -> list[Field]:
        return [field for field in self.fields if field.kind in WRITTEN]

    @property
    def long(self) -> bool:
        """Whether there is room for a longer text."""
        return any(field.kind == "textarea" for field in self.fields)

    def filled(self, level: frozenset[str], known: Mapping[str, str]) -> Filled:
        """The form as somebody may send it: what stands there, one of each choice, and what else the ``level`` has.
        ``known`` is what only will do in some fields."""
        said = {
            field.name: [known[field.name]] if field.name in known else _said(field, level) for field in self.fields
        }
        return {name: values for name, values in said.items() if values}


@dataclass(frozen=True)
class Person:
    """Somebody with a browser; nobody in particular without ``who``."""

    service: Service
    app: Flask
    who: UUID | None

    def get(self, path: str) -> TestResponse:
        client = self.app.test_client()
        self._sign_in(client)
        return client.get(path, headers={"Accept-Language": "en"})

    def send(self, form: Form, filled: Filled) -> TestResponse:
        """Send it as a browser does, also what no browser would let through."""
        client = self.app.test_client()
        token = self._sign_in(client)
        pairs = [("form_token", token), *((name, value) for name, values in filled.items() for value in values)]
        body = urlencode(pairs, errors="surrogatepass")
        return client.post(form.action, data=body, content_type="application/x-www-form-urlencoded")

    def send_raw(self, path: str, body: bytes, content_type: str) -> TestResponse:
        """Post exactly this. The token comes by its header, so that only the body is what is wrong."""
        client = self.app.test_client()
        headers = {"X-Form-Token": self._sign_in(client)}
        return client.post(path, data=body, content_type=content_type, headers=headers)

    def upload(self, path: str, form: Mapping[str, Any]) -> TestResponse:
        """Post a form with a file in it."""
        client = self.app.test_client()
        whole, english = {"form_token": self._sign_in(client), **form}, {"language": "en"}
        return client.post(path, data=whole, query_string=english, content_type="multipart/form-data")

    def ask(self, path: str, method: str) -> TestResponse:
        """Ask at any address in any way, with nothing to say."""
        client = self.app.test_client()
        return client.open(path, method=method, data={"form_token": self._sign_in(client)} if method != "GET" else None)

    def _sign_in(self, client: FlaskClient) -> str:
        return form_token(self.service, self.who) if self.who and sign_in(client, self.who) else ""

    def pages(self, starts: list[str]) -> Iterator[tuple[str, html.HtmlElement]]:
        """Every page that can be reached from these by links, each once."""
        waiting, seen = list(starts), set(starts)
        while waiting and len(seen) < PAGES:
            path = waiting.pop(0)
            answer = self.get(path)
            if answer.status_code != 200 or not answer.content_type.startswith("text/html"):
                continue
            page = read(answer)
            yield path, page
            links = (urljoin(path, link).partition("#")[0] for link in page.xpath("//main//a/@href"))
            fresh = [link for link in dict.fromkeys(links) if link not in seen and self._ours(link)]
            seen.update(fresh)
            waiting += fresh

    def forms(self, path: str, page: html.HtmlElement) -> Iterator[Form]:
        for form in page.xpath("//main//form[translate(@method, 'POST', 'post') = 'post']"):
            action = urljoin(path, form.get("action") or path)
            upload = form.get("enctype") == "multipart/form-data"
            if rule := self.rule(action):
                yield Form(path, action, rule, tuple(_fields(form)), upload)

    def rule(self, path: str, method: str = "POST") -> str | None:
        try:
            rule, _values = self.app.url_map.bind("localhost").match(urlsplit(path).path, method, return_rule=True)
        except HTTPException:
            return None
        return str(rule.rule)

    def _ours(self, link: str) -> bool:
        parts = urlsplit(link)
        ours = link.startswith(f"/{self.service.name}/") and not parts.path.endswith((".txt", ".csv", ".ics", "/out"))
        return ours and "language=" not in parts.query and self.rule(link, "GET") is not None


def read(answer: TestResponse) -> html.HtmlElement:
    """A page as a browser takes it."""
    return html.document_fromstring(answer.get_data(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def _fields(form: html.HtmlElement) -> Iterator[Field]:
    named: dict[str, list[Any]] = {}
    for one in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name] | .//button[@name]"):
        named.setdefault(one.get("name"), []).append(one)
    for name, all_of in named.items():
        if name != "form_token":
            yield _field(name, all_of)


def _field(name: str, all_of: list[Any]) -> Field:
    one = all_of[0]
    kind = one.tag if one.tag != "input" else one.get("type", "text")
    kind = "number" if one.get("inputmode") in {"numeric", "decimal"} else kind
    if kind == "select":
        return Field(name, kind, tuple(one.xpath(".//option[@selected]/@value")), tuple(one.xpath(".//option/@value")))
    if kind in {"radio", "checkbox"}:
        chosen = tuple(each.get("value", "on") for each in all_of if each.get("checked") is not None)
        return Field(name, kind, chosen, tuple(each.get("value", "on") for each in all_of))
    if kind == "button":
        return Field(name, kind, (), tuple(each.get("value", "") for each in all_of))
    return Field(
        name, kind, tuple((each.text or "") if kind == "textarea" else each.get("value", "") for each in all_of)
    )


def _said(field: Field, level: frozenset[str]) -> list[str]:
    says = [value for value in field.says if value]
    if field.kind == "checkbox" and "ticks" in level:
        return list(field.choices)
    if field.kind in {"checkbox", "file", "hidden"} or says:
        return says
    if field.kind == "button":
        return [field.choices[-1]]
    if field.choices:
        return [next((choice for choice in field.choices if choice), "")]
    wanted = "days" if field.kind in {"date", "time"} else "words"
    return [USUAL.get(field.kind, f"Words of {field.name}")] if wanted in level else []
