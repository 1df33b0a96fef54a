"""Texts in the language spoken now: po files read at first use, nothing compiled, nothing global but the language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = {"sv": "Svenska", "en": "English"}
FIRST_LANGUAGE = "sv"
PO_FOLDER = Path(__file__).parent

_spoken: ContextVar[str] = ContextVar("spoken_language", default=FIRST_LANGUAGE)


class Translator:
    """One language's texts, for use where nobody is looking at a page: ``_ = translator("sv")``."""

    def __init__(self, language: str, texts: NullTranslations) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, message: str, /, **values: Any) -> str:
        """The text of ``message`` with ``%(name)s`` filled from ``values``; without values a ``%`` is only a ``%``."""
        text = self._texts.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """The form for ``count``, which also fills ``%(count)s``."""
        return self._texts.ngettext(one, many, count) % {"count": count, **values}


class Lazy(str):
    """A text whose language is chosen when it is shown. Read raw it is its English source, so it may be a key."""

    __slots__ = ()

    def __str__(self) -> str:
        return gettext(str.__str__(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def format(self, *args: Any, **values: Any) -> str:
        return str(self).format(*args, **values)


@lru_cache
def translator(language: str) -> Translator:
    """The texts of ``language``; an unknown language reads the English source."""
    folder = PO_FOLDER / language
    merged: NullTranslations = NullTranslations()
    for path in sorted(folder.glob("*.po")) if language in LANGUAGES else ():
        texts = _read(path, language)
        merged = merged.merge(texts) if isinstance(merged, Translations) else texts
    return Translator(language, merged)


def _read(path: Path, language: str) -> Translations:
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def current_language() -> str:
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak ``language`` inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def gettext(message: str, /, **values: Any) -> str:
    return translator(current_language())(message, **values)


def ngettext(one: str, many: str, count: int, /, **values: Any) -> str:
    return translator(current_language()).ngettext(one, many, count, **values)


def lazy(message: str) -> Lazy:
    return Lazy(message)
