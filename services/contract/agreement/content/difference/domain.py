"""The difference between two versions, as a reader cares about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from services.contract.agreement.content.domain import OWN_LISTS, Content, Part, changed_parts

ALIKE = 0.6
"""How much of two texts must be the same for one to be told as a change of the other and not as another thing."""


@dataclass(frozen=True)
class Difference:
    """One change a reader cares about. ``before`` None is new, ``after`` None is gone; the values are those of the part:
    a text, an item, an activity, the next step, a person's id."""

    part: Part
    before: Any
    after: Any


def difference(before: Content, after: Content) -> list[Difference]:
    """What is new, changed and gone, part by part."""
    return [found for part in changed_parts(before, after) for found in _of_part(part, before, after)]


def _of_part(part: Part, before: Content, after: Content) -> Iterator[Difference]:
    old, new = before.of(part), after.of(part)
    if part in OWN_LISTS or part is Part.PLAN:
        yield from _of_items(part, old, new)
    else:
        yield Difference(part, old or None, new or None)


def _of_items(part: Part, before: Any, after: Any) -> Iterator[Difference]:
    """Items are the same by id; of what is then left, the most alike texts of the same owner count as a change."""
    old, new = {one["id"]: one for one in before}, {one["id"]: one for one in after}
    for name in old.keys() & new.keys():
        if old[name] != new[name]:
            yield Difference(part, old[name], new[name])
    gone = [one for name, one in old.items() if name not in new]
    for fresh in (one for name, one in new.items() if name not in old):
        twin = max(gone, key=lambda one: _alike(one, fresh), default=None)
        if twin is not None and _alike(twin, fresh) >= ALIKE:
            gone.remove(twin)
            yield Difference(part, twin, fresh)
        else:
            yield Difference(part, None, fresh)
    yield from (Difference(part, one, None) for one in gone)


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    if one.get("by") != other.get("by"):
        return 0.0
    return SequenceMatcher(None, _words(one), _words(other)).ratio()


def _words(item: Mapping[str, Any]) -> str:
    return str(item.get("text", item.get("title", "")))
