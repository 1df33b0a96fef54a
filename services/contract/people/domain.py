"""How people are named, numbered, sorted and found; what may be shown of somebody protected."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, get_args

Kind = Literal["patient", "staff", "delegate"]
KINDS: tuple[str, ...] = get_args(Kind)

LONGEST_NAME = 200
LONGEST_EMAIL = 254
EMAIL = re.compile(r"^[^@\s<>,;:\"()\\]+@[^@\s<>,;:\"()\\]+\.[^@\s<>,;:\"()\\]+$")
PERSONAL_NUMBER = re.compile(r"^(\d{8})[-+]?(\d{4})$")

AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
"""Swedish order ends …z å ä ö; these three signs come after z by their code."""

WITHOUT_ACCENT = str.maketrans("æøłđ", "aold")
"""Letters that are not made of a plain one and an accent, and how they are looked for."""


def identity_key(raw: str | None) -> str | None:
    """An identity as it is compared: a personal identity number of twelve digits without its sign, others as written."""
    written = "".join((raw or "").split())
    number = PERSONAL_NUMBER.match(written)
    return number[1] + number[2] if number else written or None


def tidy_name(raw: str) -> str:
    """One line without invisible signs, which could turn a name around or hide its end."""
    shown = (" " if unicodedata.category(sign) == "Cc" else sign for sign in unicodedata.normalize("NFC", raw))
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign) != "Cf").split())


def sort_key(name: str) -> str:
    """The family name before the given ones, in Swedish order; meant to be compared sign by sign."""
    *given, family = name.casefold().split() or [""]
    return " ".join(_swedish(word) for word in (family, *given))


def search_key(text: str) -> str:
    """The letters a name is looked up by: without accents or dots, so that Åsa is found as asa."""
    plain = text.casefold().translate(WITHOUT_ACCENT)
    return " ".join(_bare(plain).replace("-", " ").split())


def is_email(text: str) -> bool:
    """Whether the address can stand in a mail's header as it is."""
    return len(text) <= LONGEST_EMAIL and text.isprintable() and EMAIL.match(text) is not None


def _swedish(word: str) -> str:
    return _bare("".join(sign.translate(AFTER_Z) for sign in unicodedata.normalize("NFC", word)))


def _bare(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
