"""Judges a file of FHIR R4 without storing anything: a single resource, or a bundle of any kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.contract.exchange.check.kept.domain import left_behind
from services.contract.exchange.check.pointing.domain import Resources, astray, names
from services.contract.exchange.check.rules.domain import broken
from services.contract.exchange.envelope.domain import WITH_REQUESTS, refusals
from services.contract.exchange.problem.domain import Problem, Refused, Weight
from services.contract.exchange.r4.domain import faults, parse, resource_types
from shared.i18n import _l

NO_TYPE = _l("This is not FHIR R4: no resource type of R4 is named.")
UNKNOWN_TYPE = _l("FHIR R4 has no such resource type.")
TOO_DEEP = _l("The file is nested too deeply.")


@dataclass(frozen=True)
class Checked:
    """One file. It is valid when nothing in it is a refusal; problems are references that lead nowhere, notes what an
    import would not keep."""

    file: str
    resources: int
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        return not any(problem.weight is Weight.REFUSAL for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """One file's line for the command line, in English."""
        told = [{"place": one.place, "reason": one.said("en"), "weight": one.weight.value} for one in self.problems]
        return {"file": self.file, "valid": self.valid, "resources": self.resources, "problems": told}


def check(files: Sequence[tuple[str, bytes]]) -> list[Checked]:
    """Judge these files together: what one points at may stand in another."""
    read = [(name, *_read(data)) for name, data in files]
    known = frozenset(name for _file, value, problems in read if not problems for name in names(_resources(value)))
    return [_checked(file, value, problems, known) for file, value, problems in read]


def _read(data: bytes) -> tuple[Any, tuple[Problem, ...]]:
    try:
        value = parse(data)
        return value, tuple({(one.place, one.said("en")): one for one in _wrong(value)}.values())
    except Refused as refusal:
        return None, refusal.problems
    except RecursionError:
        return None, (Problem("", TOO_DEEP, {}, Weight.REFUSAL),)


def _checked(file: str, value: Any, problems: tuple[Problem, ...], known: frozenset[str]) -> Checked:
    if problems:
        return Checked(file, 0, problems)
    resources = _resources(value)
    wrong = list(astray(resources, known)) if value["resourceType"] == "Bundle" else []
    lost = [note for place, one, _url in resources for note in left_behind(one, _inside(place))]
    return Checked(file, len(resources), (*wrong, *lost))


def _wrong(value: Any) -> Iterator[Problem]:
    """What keeps the value from being FHIR R4 at all."""
    if not isinstance(value, dict) or value.get("resourceType") not in resource_types():
        yield Problem("resourceType", NO_TYPE, {}, Weight.REFUSAL)
        return
    if value["resourceType"] == "Bundle" and value.get("type") in WITH_REQUESTS and value.get("entry"):
        yield from refusals(value)
    else:
        yield from faults(value, "")
    for place, one, _url in _resources(value):
        yield from _wrong_inside(one, _inside(place))
    if value["resourceType"] == "Bundle":
        yield from broken(value, "")


def _wrong_inside(resource: Mapping[str, Any], place: str) -> Iterator[Problem]:
    if resource.get("resourceType") not in resource_types():
        yield Problem(f"{place}.resourceType".lstrip("."), UNKNOWN_TYPE, {}, Weight.REFUSAL)
        return
    if place:
        yield from faults(dict(resource), place)
    yield from broken(resource, place)


def _resources(value: Mapping[str, Any]) -> Resources:
    """The resources of a bundle, or the one that the file is."""
    if value.get("resourceType") != "Bundle":
        return [("", value, None)]
    entries = value.get("entry", [])
    return [
        (f"entry[{index}]", entry["resource"], entry.get("fullUrl"))
        for index, entry in enumerate(entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)
    ]


def _inside(place: str) -> str:
    return f"{place}.resource" if place else ""
