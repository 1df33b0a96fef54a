"""Follows references, and tells which of them lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.contract.exchange.bundle.domain import TAKEN, Entry, Reading, identifier_name
from services.contract.exchange.envelope.domain import references
from services.contract.exchange.problem.domain import Problem
from shared.i18n import _l

VERSION = re.compile(r"/_history/[^/]+$")

NOWHERE = _l("“%(reference)s” is neither in this file nor known from earlier imports.")
SEVERAL = _l("“%(reference)s” fits more than one resource.")


class Key(str):
    """Names a resource among all that were ever imported; told apart from other texts, so that it can be replaced."""

    __slots__ = ()


@dataclass(frozen=True)
class Target:
    """What a reference leads to: the type of the resource and its key."""

    type: str
    key: Key


@dataclass(frozen=True)
class Links:
    """Resolves references within one reading, and against ``known``: what earlier imports brought, by name."""

    reading: Reading
    known: Mapping[str, Target]

    def target(self, reference: Mapping[str, Any] | None, *types: str) -> Key | None:
        """The key of the resource that is meant, if it is exactly one and of one of the given types."""
        found = {target.key for target in self._targets(reference or {}, types) if target.type in types}
        return found.pop() if len(found) == 1 else None

    def entry(self, reference: Mapping[str, Any]) -> Entry | None:
        """The entry of this file that is meant, also of a type that is not taken."""
        found = [entry for name in names_of(reference) for entry in self.reading.by_name.get(name, ())]
        return found[0] if len(found) == 1 else None

    def dangling(self) -> Iterator[Problem]:
        """Every reference in the taken resources that leads nowhere, or to more than one thing."""
        for entry in self.reading.taken:
            for place, reference in references(entry.resource, f"{entry.place}.resource"):
                found = set(self._targets(reference, TAKEN))
                if len(found) != 1:
                    yield Problem(place, SEVERAL if found else NOWHERE, {"reference": shown(reference)})

    def _targets(self, reference: Mapping[str, Any], types: tuple[str, ...]) -> Iterator[Target]:
        for name in names_of(reference, types):
            entries = self.reading.by_name.get(name, ())
            yield from (Target(entry.type, Key(entry.key)) for entry in entries)
            if not entries and name in self.known:
                yield self.known[name]


def names_of(reference: Mapping[str, Any], types: tuple[str, ...] = ()) -> list[str]:
    """The names under which the target may be known: as written, or by its identifier for each possible type."""
    written = reference.get("reference")
    if isinstance(written, str):
        return [VERSION.sub("", written)]
    identifier = reference.get("identifier")
    if not isinstance(identifier, dict) or not identifier.get("value"):
        return []
    told = reference.get("type")
    return [identifier_name(kind, identifier) for kind in types if told in (None, kind)]


def outward(reading: Reading) -> frozenset[str]:
    """The names that this file points at and does not hold: what to look up among earlier imports."""
    pointed_at = {
        name
        for entry in reading.taken
        for reference in _all_references(entry.resource)
        for name in names_of(reference, TAKEN)
    }
    return frozenset(pointed_at - reading.by_name.keys())


def shown(reference: Mapping[str, Any]) -> str:
    """A reference as a report may show it: an identifier may be a person's number, so only its system is named."""
    written = reference.get("reference")
    if isinstance(written, str):
        return re.sub(r"\|.*", "|…", written)
    return f"{reference['identifier'].get('system', '')}|…"


def _all_references(value: Any) -> Iterator[Mapping[str, Any]]:
    """Literal references, and what may be a reference by identifier alone."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and ("reference" in value or isinstance(value.get("identifier"), dict)):
        yield value
    for part in parts:
        yield from _all_references(part)
