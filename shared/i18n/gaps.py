"""What the source says in English and no po file says rightly in Swedish: ``python -m shared.i18n`` lists it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from shared.i18n.catalogue import PO_FOLDER

ROOT = PO_FOLDER.parent.parent
PARTS = ("shared", "services", "deploy")
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
KEYWORDS: dict[str, Any] = {"_": None, "_l": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
SKIPPED = {"node_modules", "migrations", "assets", "static"}
LOGGED = re.compile(r'\blog="([^"]+)"')
"""The words of a policy stand in the access log as they are written there, and are put into Swedish when they are read."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Id = str | tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """One text to mend: where it stands (``path:line``), its English, and what is wrong with the Swedish."""

    place: str
    text: Id
    reason: str


def gaps(root: Path = ROOT, po_folder: Path = PO_FOLDER / "sv") -> list[Gap]:
    """Every text without Swedish, with other placeholders than the English, or with two different Swedish texts."""
    known = _translated(po_folder)
    found = list(_said_twice(known))
    for place, text in texts(root):
        swedish = known.get(text)
        if not swedish:
            found.append(Gap(place, text, "no Swedish"))
        elif any(_placeholders(text) != _placeholders(form) for form in swedish):
            found.append(Gap(place, text, "the Swedish has other placeholders"))
    return found


def texts(root: Path = ROOT) -> Iterator[tuple[str, Id]]:
    """Each wrapped text in Python and Jinja, and the words of each policy, with the place of it."""
    for path in _sources(root):
        with path.open("rb") as source:
            for line, text, _comments, _context in extract(METHODS[path.suffix], source, KEYWORDS):
                yield f"{path.relative_to(root)}:{line}", text
        if path.suffix == ".py":
            yield from ((str(path.relative_to(root)), text) for text in LOGGED.findall(path.read_text()))


def as_po(found: list[Gap]) -> str:
    """The gaps as po entries, each text once, ready to be given their Swedish."""
    first = {gap.text: gap for gap in reversed(found)}
    return "\n".join(f"# {gap.reason}\n#: {gap.place}\n{_entry(gap.text)}" for gap in reversed(first.values()))


def _entry(text: Id) -> str:
    one, *many = _forms(text)
    if not many:
        return f"msgid {_quoted(one)}\nmsgstr {_quoted('')}\n"
    forms = "".join(f"msgstr[{n}] {_quoted('')}\n" for n in range(2))
    return f"msgid {_quoted(one)}\nmsgid_plural {_quoted(many[0])}\n{forms}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _sources(root: Path) -> Iterator[Path]:
    for part in PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.suffix in METHODS and not SKIPPED.intersection(path.relative_to(root).parts):
                yield path


def _translated(po_folder: Path) -> dict[Id, set[Id]]:
    known: dict[Id, set[Id]] = {}
    for path in sorted(po_folder.glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="sv"):
                swedish = _text(message.string)
                if message.id and not message.fuzzy and all(_forms(swedish)):
                    known.setdefault(_text(message.id), set()).add(swedish)
    return known


def _said_twice(known: dict[Id, set[Id]]) -> Iterator[Gap]:
    for text, swedish in known.items():
        if len(swedish) > 1:
            yield Gap("sv/*.po", text, "two po files differ on the Swedish")


def _placeholders(text: Id) -> set[str]:
    return set(PLACEHOLDER.findall(" ".join(_forms(text))))


def _text(raw: Any) -> Id:
    """A message's text as babel keeps it (None, str, list, tuple) as a key."""
    return tuple(raw) if isinstance(raw, list | tuple) else raw or ""


def _forms(text: Id) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text
