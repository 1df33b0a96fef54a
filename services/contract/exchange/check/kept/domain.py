"""What an import would not keep of a resource, found by trying: a part is kept if the draft changes when it changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from services.contract.exchange.bundle.domain import TAKEN, Entry, Reading, identifier_name
from services.contract.exchange.domain import BUILD
from services.contract.exchange.links.domain import Key, Links
from services.contract.exchange.problem.domain import Problem, Weight
from shared.i18n import _l

FRAME = frozenset({"resourceType", "id", "meta.versionId", "meta.lastUpdated", "meta.source", "language"})
"""What belongs to the file and not to what it says."""

NOT_TAKEN = _l("Resources of this type are not kept.")
NOT_KEPT = _l("“%(field)s” is not kept.")

Path = tuple[str | int, ...]


class Trusting(Links):
    """Takes every reference as leading where it says: whether it does is another question."""

    def target(self, reference: Mapping[str, Any] | None, *types: str) -> Key | None:
        written = str((reference or {}).get("reference", ""))
        named = written.rstrip("/").split("/")[-2:][0]
        if reference and not written:
            return Key(json.dumps(reference)) if "identifier" in reference else None
        return Key(written) if written and (named in types or named not in TAKEN) else None


TRUSTING = Trusting(Reading((), {}, {}), {})


def left_behind(resource: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """The parts of this resource that an import would not keep, each as large as it can be named."""
    if resource["resourceType"] not in TAKEN:
        yield Problem(place, NOT_TAKEN, {}, Weight.NOTE)
        return
    said = _said(resource)
    for name, part in resource.items():
        for path in _unkept(resource, (name,), part, said):
            yield Problem(_shown(place, path), NOT_KEPT, {"field": _field(path)}, Weight.NOTE)


def _unkept(resource: Mapping[str, Any], path: Path, part: Any, said: object) -> Iterator[Path]:
    if _field(path) in FRAME:
        return
    if not _matters(resource, path, part, said):
        yield path
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from _unkept(resource, (*path, name), inner, said)
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from _unkept(resource, (*path, index), inner, said)


def _matters(resource: Mapping[str, Any], path: Path, part: Any, said: object) -> bool:
    """Whether the draft is another one without this part, or, since some values mean what silence means, with another."""
    if _said(_with(resource, path, None)) != said:
        return True
    return isinstance(part, bool) and _said(_with(resource, path, not part)) != said


def _said(resource: Any) -> object:
    """The draft of this resource and the names it would be found by; what can't be drafted says something else."""
    kind = resource["resourceType"]
    found = resource.get("identifier", [])
    try:
        body = BUILD[kind](Entry("", kind, resource, "", ()), TRUSTING)
    except (KeyError, IndexError):
        return None
    telling = [one for one in ([found] if isinstance(found, dict) else found) if "system" in one and "value" in one]
    return body, [identifier_name(kind, one) for one in telling]


def _with(value: Any, path: Path, new: Any) -> Any:
    """The same value with another part at this path; without the part, where ``new`` is None."""
    step, rest = path[0], path[1:]
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    changed = [
        (name, _with(part, rest, new) if rest and name == step else new if name == step else part)
        for name, part in items
    ]
    kept = [(name, part) for name, part in changed if name != step or rest or part is not None]
    return dict(kept) if isinstance(value, dict) else [part for _name, part in kept]


def _shown(place: str, path: Path) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"{place}{''.join(steps)}".lstrip(".")


def _field(path: Path) -> str:
    return ".".join(step for step in path if isinstance(step, str))
