"""From a template and its values to the words of one message.

``templates/<name>/<version>/`` holds ``subject.txt`` and ``body.txt``. A version that has been sent is never changed, only
followed by another, so that what somebody was told can be shown again without being stored. At the least level of detail
nothing in them tells unit, kind or treatment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.i18n import day_clock, translator
from shared.time import to_instant, zone_of

TEMPLATES = Path(__file__).parent / "templates"

TIME, TIME_FOR_DELEGATE = "time", "time_for_delegate"
WORK_NOW, WORK_DIGEST = "work_now", "work_digest"
NEW_ANSWER, LATE = "new_answer", "late"
REVIEW = "review"
CODE = "code"
BREAK_GLASS = "break_glass"
BLOCK_LIFTED = "block_lifted"

PARAMS: dict[str, frozenset[str]] = {
    TIME: frozenset({"starts_local", "zone", "asks"}),
    TIME_FOR_DELEGATE: frozenset({"starts_local", "zone", "asks"}),
    WORK_NOW: frozenset({"urgent"}),
    WORK_DIGEST: frozenset({"waiting", "urgent"}),
    NEW_ANSWER: frozenset(),
    LATE: frozenset(),
    REVIEW: frozenset(),
    CODE: frozenset(),
    BREAK_GLASS: frozenset(),
    BLOCK_LIFTED: frozenset(),
}
"""Each message and the values it is stored with: ids, times and counts, never words."""

PATHS = {
    TIME: "/selfcare/times",
    TIME_FOR_DELEGATE: "/selfcare/times",
    WORK_NOW: "/notify/worklist",
    WORK_DIGEST: "/notify/worklist",
    NEW_ANSWER: "/notify/my/requests",
    LATE: "/notify/my/requests",
    REVIEW: "/contract/agreement",
    CODE: "/contract/signin/code/enter",
    BREAK_GLASS: "/contract/break-glass/mine",
    BLOCK_LIFTED: "/contract/blocks",
}
"""Where each message leads when it does not carry an answer link."""


Place = tuple[str, str]
"""A unit's name and number."""

LINK = "\ufffclink\ufffc"
"""Stands where the link will stand; nobody's words hold it."""

DIGITS, NO_DIGITS = "\ufffcdigits\ufffc", "········"
"""Stands where a code will stand, and what is shown there to whoever reads the message again."""


@dataclass(frozen=True)
class Words:
    """The words of one message."""

    subject: str
    body: str


@lru_cache
def newest(name: str) -> int:
    """The version of a message that is sent now."""
    return max(int(folder.name) for folder in (TEMPLATES / name).iterdir())


def check(name: str, params: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` unless the message exists and ``params`` are exactly what it is stored with."""
    if PARAMS.get(name) != frozenset(params):
        raise ValueError(f"message {name!r} is stored with {sorted(PARAMS.get(name, ()))}, not {sorted(params)}")


def render(
    name: str,
    version: int,
    params: Mapping[str, Any],
    *,
    language: str,
    link: str,
    at: datetime,
    place: Place | None = None,
    digits: str = NO_DIGITS,
) -> Words:
    """The words in ``language``. ``place`` is the unit's name and number, given only where the detail allows it."""
    values = tuple(sorted(params.items()))
    words = _rendered(name, version, values, language=language, place=place, this_year=at.year)
    return Words(words.subject, words.body.replace(LINK, link).replace(DIGITS, digits))


@lru_cache(4096)
def _rendered(
    name: str, version: int, values: tuple[tuple[str, Any], ...], *, language: str, place: Place | None, this_year: int
) -> Words:
    """The words with the link still open. Cached: nothing else in them is one person's own, and many are told the same."""
    say = translator(language)
    known = {**dict(values), "_": say, "ngettext": say.ngettext, "link": LINK, "digits": DIGITS, "place": place}
    if "starts_local" in known:
        known["when"] = _when(known["starts_local"], known["zone"], language, this_year)
    subject, body = (
        _environment().get_template(f"{name}/{version}/{part}.txt").render(known) for part in ("subject", "body")
    )
    return Words(" ".join(subject.split()), _tidy(body))


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends."""
    paragraphs = (part.strip("\n") for part in text.split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part.strip()) + "\n"


def _when(starts_local: str, zone: str, language: str, this_year: int) -> str:
    instant = to_instant(datetime.fromisoformat(starts_local), zone)
    place = zone_of(zone)
    return day_clock(instant, language, zone=place, now=datetime(this_year, 7, 1, tzinfo=place))


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
