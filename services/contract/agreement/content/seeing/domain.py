"""What of a version somebody sees: patients all of it, staff what their unit is shown, delegates nothing private."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.contract.agreement.content.difference.domain import Difference
from services.contract.agreement.content.domain import OWN_LISTS, Content, Part
from services.contract.plan.domain import is_visible


@dataclass(frozen=True)
class Sight:
    """How somebody looks at a contract. ``units`` are those of a member of staff, as text; None sees past units."""

    units: frozenset[str] | None = None
    delegate: bool = False
    plan_hidden: frozenset[str] = frozenset()
    """Ids of the activities in the plan that they are not shown."""


def sight(
    *,
    own: bool,
    helps: bool,
    units: Collection[UUID],
    plan: Mapping[UUID, Collection[UUID]],
    private: Collection[UUID] = (),
) -> Sight:
    """How somebody looks: patients (``own``) see all of it, staff what their ``units`` are shown, whoever ``helps`` or
    has no unit nothing private (K21). ``plan`` names the units each activity is shown to, none: all of them; those in
    ``private`` no helper sees."""
    if own:
        return Sight()
    delegate = helps or not units
    hidden = {one for one, shown_to in plan.items() if not is_visible(shown_to, units)}
    hidden |= set(private if delegate else ())
    return Sight(
        units=None if helps else frozenset(map(str, units)),
        delegate=delegate,
        plan_hidden=frozenset(map(str, hidden)),
    )


def sees(item: Mapping[str, Any], sight: Sight) -> bool:
    """Whether this item of an own list is shown to them."""
    if sight.delegate and item.get("private"):
        return False
    chosen = frozenset(item.get("visible_to") or ())
    return sight.units is None or not chosen or bool(chosen & sight.units)


def seen(content: Content, sight: Sight) -> Content:
    """The version as they see it. What is left out leaves no trace in it."""
    own = {part.value: [item for item in content.items(part) if sees(item, sight)] for part in OWN_LISTS}
    plan = tuple(one for one in content.plan if one["id"] not in sight.plan_hidden)
    return replace(content, own={**content.own, **own}, plan=plan)


def hides(content: Content, sight: Sight) -> bool:
    """Whether there is anything in it that they are not shown."""
    shown = seen(content, sight)
    return len(shown.plan) < len(content.plan) or any(
        len(shown.items(part)) < len(content.items(part)) for part in OWN_LISTS
    )


def seen_changes(changes: Iterable[Difference], sight: Sight) -> Iterator[Difference]:
    """The changes as they see them: what came into their sight is new to them, what left it is gone."""
    for one in changes:
        before, after = (_seen_side(one.part, value, sight) for value in (one.before, one.after))
        if before is not None or after is not None:
            yield replace(one, before=before, after=after)


def _seen_side(part: Part, value: Any, sight: Sight) -> Any:
    if value is None or (part is Part.PLAN and value["id"] in sight.plan_hidden):
        return None
    return value if part not in OWN_LISTS or sees(value, sight) else None
