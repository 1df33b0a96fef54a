"""Teach-back (*Förstå mig rätt*) tests the explainer and never the patient; readability tests the writer. Both warn, and
neither stops anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.contract.agreement.content.domain import Part
from shared.text import Readability, judge


class Understood(StrEnum):
    """How much of an explanation came through."""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"


class Explained(StrEnum):
    """Where an agreement stands between two who want to understand each other."""

    NOT_ASKED = "not_asked"
    AGAIN = "again"
    WELL = "well"


CARE_TEXTS = (Part.OPTIONS.value, Part.COMMITMENTS.value, Part.WATCH_FOR.value)
"""The parts in which the care writes for the patient to read."""

LONG = 13
"""From this many letters a word is named to the writer of a hard text (own; the measures count letters from seven)."""
MOST_NAMED = 8
LONGEST_FIRST = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def explained(understood: str | None, explained_again: str = "") -> Explained:
    """What the latest teach-back shows; ``understood`` is None where there is none."""
    if understood is None:
        return Explained.NOT_ASKED
    return Explained.WELL if understood == Understood.FULLY or explained_again else Explained.AGAIN


@dataclass(frozen=True)
class Read:
    """One text, where it is changed (part and, in a list, the item's id), and how it reads."""

    part: str
    item_id: str | None
    text: str
    found: Readability

    @property
    def hard_words(self) -> list[str]:
        """The words to explain or replace. Of a text that is too short to judge, only those of the word list."""
        return hard_words(self.text, self.found)

    @property
    def warns(self) -> bool:
        return self.found.verdict in ("over_aim", "hard") or bool(self.found.jargon)


def hard_words(text: str, found: Readability) -> list[str]:
    named = list(found.jargon)
    if found.verdict in ("over_aim", "hard"):
        long = {word.lower() for word in LONGEST_FIRST.findall(text) if len(word) >= LONG} - set(named)
        named += sorted(long, key=lambda word: (-len(word), word))
    return named[:MOST_NAMED]


def read_all(own: Mapping[str, Any], language: str) -> list[Read]:
    """Every text that the care has written for the patient, in the order it is read, judged in the patient's language."""
    return [Read(part, item, text, judge(text, language)) for part, item, text in _texts(own) if text.strip()]


def _texts(own: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    for part in CARE_TEXTS:
        written = own.get(part) or ""
        if isinstance(written, str):
            yield part, None, written
        else:
            yield from ((part, item["id"], item["text"]) for item in written if item.get("by", "care") == "care")
