"""Personas that can be recognised anywhere: the demonstration's care records with marks in every name, place and word.

A mark is a word that nothing else says, so wherever one turns up, somebody's data has leaked. The journey is walked by the
same steps: a marked hand says and reads the marked names in place of the plain ones.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy.demo import personas
from deploy.folder import Folder
from deploy.mail.box import Mail
from deploy.tour.hand import Fields, Hand
from deploy.tour.stage import Stage

MARK = "qz"
PLACES = ("Ekhaga", "Lindhult")
STREET, TYPED = "Qzgatan 17", "Qzord"
PEOPLE = {"Patient", "Practitioner", "RelatedPerson"}
FREE_TEXT_WORDS, SHORTEST_NUMBER = 3, 9
LOCAL_PART = re.compile(r"[\w.+-]+(?=@)")


def marked(text: str) -> str:
    """``text`` with a mark in each name, place and mail address of the demonstration's people."""
    return LOCAL_PART.sub(lambda local: mark_of(local[0]), NAMES.sub(lambda name: mark_of(name[0]).title(), text))


def typed(text: str) -> str:
    """What somebody types, recognisable where it is more than a choice or a date."""
    return f"{marked(text)} {TYPED}" if len(text.split()) >= FREE_TEXT_WORDS else marked(text)


def mark_of(name: str) -> str:
    """``Öberg`` → ``qzoberg``: the same however it is spelled, escaped or coded."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(part if part.startswith(MARK) else MARK + part for part in plain.lower().split("."))


def marked_records(folder: Path) -> list[Path]:
    """Marked copies of the demonstration's care records."""
    folder.mkdir()
    return [_marked_copy(path, folder) for path in personas.bundles()]


def _marked_copy(path: Path, folder: Path) -> Path:
    bundle = json.loads(marked(path.read_text()))
    for resource in _resources(bundle):
        if resource["resourceType"] in PEOPLE:
            for address in resource.get("address", ()):
                address["line"] = [STREET]
    copy = folder / path.name
    copy.write_text(json.dumps(bundle, ensure_ascii=False))
    return copy


def markers(records: Iterable[Path]) -> set[str]:
    """What must stand nowhere, in small letters: names, units, places, addresses, words; numbers as their digits."""
    found = {mark_of(place) for place in PLACES} | {STREET.split(maxsplit=1)[0].lower(), TYPED.lower()}
    for path in records:
        for resource in _resources(json.loads(path.read_text())):
            found |= set(_names(resource)) | set(_numbers(resource))
    return found


def _names(resource: Mapping[str, Any]) -> Iterator[str]:
    names = resource.get("name", ())
    for name in [] if isinstance(names, str) else names:
        yield from (part.lower() for part in (name.get("family", ""), *name.get("given", ())) if part)


def _numbers(resource: Mapping[str, Any]) -> Iterator[str]:
    """Identity and telephone numbers as digits alone: ``195006142524`` also without its century, ``031…`` also as ``4631…``."""
    for value in [
        one["value"] for kind in ("identifier", "telecom") for one in resource.get(kind, ()) if "value" in one
    ]:
        digits = re.sub(r"[\s-]", "", value)
        if not digits.isdecimal() or len(digits) < SHORTEST_NUMBER:
            continue
        yield digits
        yield digits[2:] if len(digits) == 12 else "46" + digits.removeprefix("0")


def _resources(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"]]


def _plain_names() -> re.Pattern[str]:
    plain = set(PLACES)
    for path in personas.bundles():
        for resource in _resources(json.loads(path.read_text())):
            if resource["resourceType"] in PEOPLE:
                plain |= {part for one in resource["name"] for part in (one["family"], *one["given"])}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(plain)))})\b")


NAMES = _plain_names()


MakeHand = Callable[[str], Hand]
"""From a site to somebody's hand."""


class MarkedHand:
    """Passes on what it is told to do, with marked names."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def open(self, address: str) -> None:
        self._hand.open(address)

    def press(self, words: str, fields: Fields | None = None) -> None:
        filled = {marked(label): typed(value) for label, value in (fields or {}).items()}
        self._hand.press(marked(words), filled)

    def sees(self, words: str) -> bool:
        return self._hand.sees(marked(words))

    def text(self) -> str:
        return self._hand.text()


class MarkedStage(Stage):
    """A stage with marked people, who keep their broker: it is searched at the end."""

    def __init__(self, folder: Folder, site: str, make_hand: MakeHand) -> None:
        super().__init__(folder, site, lambda site: MarkedHand(make_hand(site)))

    def has_mail(self, address: str, link: str, after: int) -> bool:
        return super().has_mail(marked(address), link, after)

    def mail_to(self, address: str, link: str, after: int) -> Mail:
        return super().mail_to(marked(address), link, after)
