"""Tries every field of every form, and says what became of it that must not: a fault of ours, a text that was not kept or
not shown as it was written, markup that came out of a field, a refusal without words or with something kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from tests.support.texts.forms import LEVELS, WRITTEN, Field, Filled, Form, Person, read
from tests.support.texts.naughty import ENDLESS, MARKS, canonical, written
from tests.support.texts.rewound import Rewound

PLAIN = 'Åsa & "Ö" <b>'
WORDS = frozenset({"text", "textarea", "search"})
Mark = tuple[str, str]
"""An element and one of its attributes, or none."""


@dataclass
class Trial:
    """One form as somebody fills it in rightly: ``base`` is taken, and ``kept`` are the fields whose words are kept."""

    database: Rewound
    found: Found
    person: Person
    form: Form
    base: Filled = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    shown: dict[str, list[str]] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)

    def begin(self) -> bool:
        """Find out how the form is taken, what of it is kept and where that is shown. False: it is never taken."""
        self.before = self.database.rows()
        with self.database.undone():
            self.found.marks |= marks_of(read(self.person.send(self.form, {})))
        for level in LEVELS:
            self.base = self.form.filled(level, self.found.known.get(self.form.rule, {}))
            with self.database.undone():
                answer = self.person.send(self.form, self.base)
                if answer.status_code < 400:
                    self._learn(answer)
                    return True
        return False

    def _learn(self, answer: TestResponse) -> None:
        texts = self.database.texts()
        pages = {path: self.person.get(path) for path in (answer.location, self.form.page) if path}
        self.found.marks |= {mark for page in pages.values() for mark in marks_of(read(page))}
        for one in self.form.written:
            words = self.base.get(one.name, [""])[0]
            if words and words in texts:
                self.kept.add(one.name)
                self.shown[one.name] = [path for path, page in pages.items() if shows(read(page), words)][:1]

    def problems(self, texts: Sequence[str]) -> Iterator[str]:
        """What goes wrong with these texts, each in each field alone where any words may stand."""
        if not self.begin():
            if self.form.rule not in self.found.never_taken:
                yield f"{self.form}: is never taken, as {self.base}"
        else:
            yield from (f"{self.form}: {one.name} takes no words" for one in self.words if not self.takes_words(one))
        for one in self.words:
            for text in texts:
                yield from (f"{self.form}: {one.name} = {text[:40]!r}: {wrong}" for wrong in self.wrong(one, text))

    @property
    def words(self) -> list[Field]:
        """The fields for any words."""
        return [one for one in self.form.written if one.kind in WORDS and one.name not in self.found.strict]

    def takes_words(self, one: Field) -> bool:
        return self.takes(one, MARKS) or self.takes(one, PLAIN)

    def takes(self, one: Field, text: str) -> bool:
        with self.database.undone():
            return self.person.send(self.form, {**self.base, one.name: [text]}).status_code < 400

    def wrong(self, one: Field, text: str) -> list[str]:
        with self.database.undone():
            answer = self.person.send(self.form, {**self.base, one.name: [text]})
            return [*self._faults(answer), *self._judged(answer, one, text)] if one.kind != "file" else []

    def _faults(self, answer: TestResponse) -> Iterator[str]:
        if answer.status_code >= 500:
            yield f"answers {answer.status_code}"
        if answer.content_type.startswith("text/html") and answer.get_data():
            if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in answer.text):
                yield "a control character stands in the page"
            if strange := marks_of(read(answer)) - self.found.marks:
                yield f"markup that is not ours: {sorted(strange)}"

    def _judged(self, answer: TestResponse, one: Field, text: str) -> Iterator[str]:
        if answer.status_code >= 400:
            yield from self._refused(answer, one, text)
        elif len(text) > ENDLESS and one in self.form.written:
            yield "takes a text without an end"
        elif one.name in self.kept and (wish := written(text)):
            kept = self.database.texts()
            if wish not in kept and canonical(wish) not in map(canonical, kept):
                yield "it is not kept as it was written"
            for path in self.shown[one.name]:
                page = self.person.get(path)
                yield from self._faults(page)
                if not shows(read(page), wish):
                    yield f"it is not shown on {path}"

    def _refused(self, answer: TestResponse, one: Field, text: str) -> Iterator[str]:
        if not self.database.is_as(self.before):
            yield f"refused with {answer.status_code}, and something is kept"
        page = read(answer)
        if not "".join(page.xpath("//main//h1//text() | //*[contains(@class, 'error-summary')]//li//text()")).strip():
            yield f"refused with {answer.status_code} without a word"
        back = page.xpath("//main//input[@name = $name]/@value | //main//textarea[@name = $name]/text()", name=one.name)
        if answer.status_code == 422 and one in self.form.written and not any(same(text, one) for one in back or [""]):
            yield "what was written is gone from its field"


@dataclass
class Found:
    """Every form that somebody finds, each with who found it first, and what markup the pages are made of.

    ``strict`` are fields to write in that refuse most words, by name, with what they take; ``never_taken`` addresses to
    which no form can be sent rightly as it is filled in here, with the reason; ``known`` what only will do, by address."""

    strict: Mapping[str, str] = field(default_factory=dict)
    never_taken: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    forms: dict[tuple[str, tuple[str, ...]], tuple[Person, Form]] = field(default_factory=dict)
    marks: set[Mark] = field(default_factory=set)
    fills: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """By page and name of each field for one line, what a browser may fill in by itself."""

    def look(self, people: Iterable[Person], starts: Sequence[str]) -> list[tuple[Person, Form]]:
        """Look at every page; returns the forms that were not known before."""
        known = set(self.forms)
        for person in people:
            for path, page in person.pages(list(starts)):
                self.marks |= marks_of(page)
                lines = (one for one in page.xpath("//input[@name]") if one.get("type", "text") in WRITTEN)
                self.fills |= {(path, one.get("name")): one.get("autocomplete") for one in lines}
                for form in person.forms(path, page):
                    self.forms.setdefault((form.rule, tuple(one.name for one in form.fields)), (person, form))
        return [one for key, one in self.forms.items() if key not in known]

    def problems(
        self,
        database: Rewound,
        people: Iterable[Person],
        starts: Sequence[str],
        texts: Sequence[str],
    ) -> list[str]:
        """What goes wrong with these texts in the forms that were not known before and have room for a longer one."""
        fresh = [Trial(database, self, *one) for one in self.look(people, starts)]
        chosen = (one for one in fresh if one.form.long and not one.form.upload)
        return [problem for trial in chosen for problem in trial.problems(texts)]


def starts(app: Flask, ids: Mapping[str, str]) -> list[str]:
    """Every page that the ids at hand lead to."""
    urls = app.url_map.bind("localhost")
    return [
        urls.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments <= set(ids) and is_page(rule.rule)
    ]


def is_page(rule: str) -> bool:
    apart = ("/internal/", "/api/", "/fhir", "/static", "/health", "/renew", ".txt", ".csv", ".ics")
    return not any(part in rule for part in apart)


def same(text: str, typed: str) -> bool:
    return canonical(written(text)) == canonical(written(typed))


def marks_of(page: html.HtmlElement) -> set[Mark]:
    """What markup a page is made of; a script in it and an address that is one are marks of their own."""
    found: set[Mark] = {(str(one.tag), str(name)) for one in page.iter("*") for name in ("", *one.attrib)}
    found |= {("script", one.text) for one in page.iter("script") if one.text}
    links = (value.strip().casefold() for value in page.xpath("//@href | //@src | //@action"))
    return found | {("address", "script") for link in links if link.startswith(("javascript:", "data:", "vbscript:"))}


def shows(page: html.HtmlElement, text: str) -> bool:
    """Whether the text stands on the page to be read, or in a field of it."""
    body = page.find("body")
    said = canonical(" ".join(body.itertext())) if body is not None else ""
    wish = canonical(text)
    return wish in said or any(wish in canonical(value) for value in page.xpath("//input/@value | //@title"))
