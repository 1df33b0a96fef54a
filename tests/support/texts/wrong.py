"""What is no answer to a question of a form: for every kind of field what can't be meant, and requests that are no form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.texts.forms import Field, Filled, Person
from tests.support.texts.rewound import Rewound
from tests.support.texts.trying import Found, Trial

NOBODY = "00000000-0000-4000-8000-000000000000"
UNWANTED = "Nobody asked for this 7f3a"
NO_DAY = (
    "0000-00-00", "2023-02-29", "2026-13-01", "10000-01-01", "-001-01-01", "2026-W48-2", "24/12/2026",
    "2026-12-24T00:00", "2026-12-24Z", "٢٠٢٦-١٢-٢٤", "0001-01-01", "9999-12-31", "2026-12-24 --",
)  # fmt: skip
NO_CLOCK = ("24:00", "23:59:60", "25:00", "7", "07:00Z", "07:00z", "07:00+25:00", "-1:00", "٠٧:٠٠", "07:00+01:00")
TIMES = {"date", "time"}
PARTS = 4
NO_TIME = {*NO_DAY, *NO_CLOCK}
NO_NUMBER = ("NaN", "Infinity", "1e400", "-1", "9" * 300, "0x10", "1_000", "٣", "1,2,3")
NO_ANSWER = ("null", "[]", "true", "-1", "9" * 300, "\x00", "a\ud800b", "x" * 20_000, "../../etc/passwd", "{{7*7}}")
NO_CHOICE = (NOBODY, NOBODY[:-1], f"{{{NOBODY}}}", "undefined", "NURSE", "1 OR 1=1", "all", *NO_ANSWER)
READ_ONLY = ("id", "version", "state", "status", "created_by", "unit_id_", "tenant", "given_by", "_method", "roles[]")
BODIES: tuple[tuple[str, bytes], ...] = (
    ("text/plain", b"form_token=x"),
    ("application/json", b'{"form_token": "x"}'),
    ("application/json", b"[" * 10_000),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a'),
    ("multipart/form-data; boundary=" + "y" * 5_000, b"--"),
    ("application/x-www-form-urlencoded; charset=utf-16", "form_token=x".encode("utf-16")),
    ("application/x-www-form-urlencoded", b"%=%%&&==&%00=%00&%ff=%c3%28&" + b"a=1&" * 5_000),
    ("application/x-www-form-urlencoded", b"\xff\xfe\x00"),
    ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ("", b""),
)
NAMES = (
    "1", "null", "undefined", NOBODY, NOBODY.upper(), NOBODY[:-1], NOBODY + "0", f"{{{NOBODY}}}", f"urn:uuid:{NOBODY}",
    "%2e%2e", "..%2f..%2fetc", "%00", f"{NOBODY}%00", f"{NOBODY}%0a", "%ff", "x" * 2_000, "1;x", "'--",
)  # fmt: skip
APART = ("/api/", "/static/", "/internal/health")
"""Other doors, each with tests of its own; a service says of itself that it is not whole while nothing else runs."""
QUERIES = (
    "?limit=1&limit=2",
    "?page=-1",
    "?page=1000000000",
    "?after=%00",
    "?q=%ff",
    "?sort=identity",
    "?said=<b>",
    "?language=%00",
)


def wrong_for(one: Field) -> tuple[str, ...]:
    """What is no answer in this field, beside nothing at all."""
    if one.kind == "date":
        return (*NO_DAY, *NO_ANSWER)
    if one.kind == "time":
        return (*NO_CLOCK, *NO_ANSWER)
    if one.choices or one.kind == "hidden":
        return NO_CHOICE
    return (*NO_NUMBER, *NO_ANSWER) if one.kind == "number" else NO_ANSWER


@dataclass
class Odd(Trial):
    """One form that is filled in with what can't be meant, each field alone."""

    def oddities(self) -> Iterator[str]:
        """What goes wrong: a fault of ours, a refusal without words, and whatever is kept of a refused form."""
        if not self.begin():
            self.base = self.form.filled(
                frozenset({"words", "ticks", "days"}), self.found.known.get(self.form.rule, {})
            )
        for one in self.form.fields:
            if one.kind != "file" and one.name != "form_owner":
                yield from self._field(one)
        extra = {**self.base, **{name: [UNWANTED] for name in READ_ONLY if name not in self.base}}
        yield from (f"{self.form}: with fields nobody asked for: {wrong}" for wrong in self._sent(extra, unwanted=True))
        for kind, body in self._part(BODIES):
            with self.database.undone():
                answer = self.person.send_raw(self.form.action, body, kind)
                yield from (f"{self.form}: {kind} {body[:30]!r}: {wrong}" for wrong in self._kept_nothing(answer))

    def _field(self, one: Field) -> Iterator[str]:
        said = self.base.get(one.name, [""])
        tries: list[list[str]] = [[], [""], [*said, *said], [*said, NOBODY], *([text] for text in self._wrong_for(one))]
        for texts in tries:
            for wrong in self._sent({**self.base, one.name: texts}, never=one.kind in TIMES and texts[0:1] != said):
                yield f"{self.form}: {one.name} = {texts!r:.60}: {wrong}"

    def _wrong_for(self, one: Field) -> tuple[str, ...]:
        """All that is no day, time or number where one is asked for; of the rest every fourth, others for each field, since
        few kinds of field read them all."""
        whole = wrong_for(one)
        own = whole[: -len(NO_ANSWER)] if one.kind in TIMES | {"number"} else ()
        return (*own, *self._part(whole[len(own) :], one.name))

    def _part(self, all_of_it: Sequence[Any], name: str = "") -> Sequence[Any]:
        return all_of_it[crc32(f"{self.form} {name}".encode()) % PARTS :: PARTS]

    def _sent(self, filled: Filled, *, unwanted: bool = False, never: bool = False) -> Iterator[str]:
        with self.database.undone():
            answer = self.person.send(self.form, filled)
            yield from self._faults(answer)
            if answer.status_code >= 400:
                yield from self._kept_nothing(answer)
            elif never and any(text in NO_TIME for texts in filled.values() for text in texts):
                yield "it is taken for a day or a time"
            elif unwanted and UNWANTED in self.database.texts():
                yield "a field that nobody asked for is kept"

    def _kept_nothing(self, answer: TestResponse) -> Iterator[str]:
        if answer.status_code >= 500 or "Traceback" in answer.text:
            yield f"answers {answer.status_code}"
        if answer.status_code >= 400 and not self.database.is_as(self.before):
            yield f"answered with {answer.status_code}, and something is kept"
        if answer.status_code >= 400 and len(answer.text) < 200:
            yield f"refused with {answer.status_code} without a page"


def oddities(database: Rewound, found: Found, people: Iterable[Person], starts: Sequence[str]) -> list[str]:
    """What goes wrong in every form that these people find. What they chose stands chosen on a page that is given back."""
    found.marks |= {("option", "selected"), ("input", "checked")}
    tried = [Odd(database, found, *one) for one in found.look(people, starts)]
    return [wrong for one in tried for wrong in one.oddities()]


def wrong_addresses(app: Flask, database: Rewound, people: Iterable[Person]) -> Iterator[str]:
    """What goes wrong at every address of a page when it names nothing that is there, or asks what it does not know."""
    before, everybody = database.rows(), list(people)
    rules = [one for one in app.url_map.iter_rules() if not any(part in one.rule for part in APART)]
    for rule in rules:
        names = NAMES if rule.arguments else ()
        paths = [_address(rule.rule, name) for name in names] + [
            _address(rule.rule, NOBODY) + query for query in QUERIES
        ]
        for method in {"GET", "POST"} & (rule.methods or set()):
            for number, path in enumerate(paths):
                person = everybody[number % len(everybody)]
                with database.undone():
                    answer = person.ask(path, method)
                    if answer.status_code >= 500 or "Traceback" in answer.text:
                        yield f"{method} {path[:80]} answers {answer.status_code}"
                    elif answer.status_code >= 400 and not database.is_as(before):
                        yield f"{method} {path[:80]} is refused with {answer.status_code} and keeps something"


def _address(rule: str, name: str) -> str:
    while "<" in rule:
        head, _, rest = rule.partition("<")
        rule = head + name + rest.partition(">")[2]
    return rule
