"""Reads a bundle: one key per resource, and every name by which others may point at it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.contract.exchange.envelope.domain import refusals
from services.contract.exchange.problem.domain import Problem, Refused, Weight, refused
from services.contract.exchange.r4.domain import parse
from shared.i18n import _l

TAKEN = (
    "Organization",
    "Practitioner",
    "Patient",
    "RelatedPerson",
    "PractitionerRole",
    "CareTeam",
    "CarePlan",
    "Goal",
    "Condition",
)
"""The resource types that are imported, in the order in which they need each other."""

PERSONAL_SYSTEMS = tuple(
    f"http://electronichealth.se/identifier/{name}"
    for name in ("personnummer", "samordningsnummer", "nationelltReservnummer")
)
HSA_SYSTEM = "urn:oid:1.2.752.29.4.19"
SAME_EVERYWHERE = frozenset({*PERSONAL_SYSTEMS, HSA_SYSTEM})
"""Identifiers that mean the same person or unit wherever they come from."""

MOST_FINDINGS = 20
"""A file with more faults than this is not read on: the sender has enough to mend."""


@dataclass(frozen=True)
class Entry:
    """One resource. ``key`` says which one it is in any later file; ``names`` are all the ways to point at it."""

    place: str
    type: str
    resource: Mapping[str, Any]
    key: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A bundle that may be imported: the entries taken, all entries by name, how many of each type are not taken."""

    taken: tuple[Entry, ...]
    by_name: Mapping[str, tuple[Entry, ...]]
    not_taken: Mapping[str, int]

    def of(self, resource_type: str) -> Iterator[Entry]:
        return (entry for entry in self.taken if entry.type == resource_type)


def read(data: bytes) -> Reading:
    """The bundle in a file's bytes. Raises ``Refused`` with every reason found, up to a limit."""
    try:
        bundle = parse(data)
        findings = tuple(islice(refusals(bundle), MOST_FINDINGS))
    except RecursionError:
        raise refused("", _l("The file is nested too deeply.")) from None
    if findings:
        raise Refused(findings)
    entries = [_entry(f"entry[{index}]", raw) for index, raw in enumerate(bundle["entry"])]
    _refuse_doubles(entries)
    by_name: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        for name in entry.names:
            by_name[name] = (*by_name.get(name, ()), entry)
    not_taken = Counter(entry.type for entry in entries if entry.type not in TAKEN)
    return Reading(tuple(entry for entry in entries if entry.type in TAKEN), by_name, dict(sorted(not_taken.items())))


def identifier_name(resource_type: str, identifier: Mapping[str, Any]) -> str:
    """How a conditional reference writes an identifier: ``Practitioner?identifier=system|value``."""
    return f"{resource_type}?identifier={identifier.get('system', '')}|{identifier.get('value', '')}"


def _refuse_doubles(entries: list[Entry]) -> None:
    """Two entries for one thing: which of them is true can't be told."""
    first: dict[str, Entry] = {}
    findings = []
    for entry in entries:
        other = first.setdefault(entry.key, entry)
        if other is not entry and entry.type in TAKEN:
            text = _l("The same resource stands at %(other)s too.")
            findings.append(Problem(entry.place, text, {"other": other.place}, Weight.REFUSAL))
    if findings:
        raise Refused(tuple(findings[:MOST_FINDINGS]))


def _entry(place: str, raw: Mapping[str, Any]) -> Entry:
    resource, full_url = raw["resource"], raw.get("fullUrl")
    kind = resource["resourceType"]
    names = [
        *(identifier_name(kind, identifier) for identifier in _identifiers(resource)),
        *_asked(raw.get("request")),
        *([full_url] if full_url else ()),
        *([f"{kind}/{resource['id']}"] if resource.get("id") else ()),
    ] or [f"{kind}#{_digest(resource)}"]
    return Entry(place, kind, resource, names[0], tuple(dict.fromkeys(names)))


def _identifiers(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those that say whose numbers they are, the ones that hold everywhere first."""
    found = resource.get("identifier", [])
    found = [found] if isinstance(found, dict) else found
    telling = [identifier for identifier in found if identifier.get("system") and identifier.get("value")]
    return sorted(telling, key=lambda identifier: identifier["system"] not in SAME_EVERYWHERE)


def _asked(request: Mapping[str, Any] | None) -> list[str]:
    """``PUT Patient/7`` names the resource it wants to be; a POST leaves the name to us."""
    return [request["url"]] if request and request["method"] == "PUT" else []


def _digest(resource: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()
