"""One problem in a file: its place, its reason, and what it means for the import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.i18n import gettext, translator


class Weight(StrEnum):
    """What a problem costs: the whole file, something in it that could not be used, or one value left blank."""

    REFUSAL = "refusal"
    PROBLEM = "problem"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """``place`` is a path in the file (``entry[3].resource.birthDate``) or a line; ``text`` the reason in English.

    ``values`` fill the words. They hold names of fields and references, never a person's name or number.
    """

    place: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    weight: Weight = Weight.PROBLEM

    def said(self, language: str | None = None) -> str:
        """The reason in ``language``, or in the language spoken now."""
        english = str.__str__(self.text)
        return translator(language)(english, **self.values) if language else gettext(english, **self.values)

    def as_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "text": str.__str__(self.text),
            "values": dict(self.values),
            "weight": self.weight.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Problem:
        return cls(data["place"], data["text"], data["values"], Weight(data["weight"]))


class Refused(Exception):
    """The file can't be imported at all; nothing of it is stored."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} reasons to refuse")
        self.problems = problems


def refused(place: str, text: str, **values: str) -> Refused:
    """A refusal for one reason."""
    return Refused((Problem(place, text, values, Weight.REFUSAL),))
