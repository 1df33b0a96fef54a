"""What one version of a contract says, and the hash that a confirmation is bound to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from services.contract.next_contact.domain import Side


class Part(StrEnum):
    """What a version is made of, in the order it is read."""

    WHAT_MATTERS = "what_matters"
    CIRCUMSTANCES = "circumstances"
    GOALS = "goals"
    OPTIONS = "options"
    COMMITMENTS = "commitments"
    WATCH_FOR = "watch_for"
    ENGAGEMENT = "engagement"
    NEXT_STEP = "next_step"
    PLAN = "plan"
    PLAN_NOT_NEEDED = "plan_not_needed"
    NAMED_CONTACT = "named_contact"
    CONTACT_NOT_NEEDED = "contact_not_needed"


OWN_TEXTS = (
    Part.WHAT_MATTERS,
    Part.CIRCUMSTANCES,
    Part.OPTIONS,
    Part.WATCH_FOR,
    Part.ENGAGEMENT,
    Part.PLAN_NOT_NEEDED,
    Part.CONTACT_NOT_NEEDED,
)
OWN_LISTS = (Part.COMMITMENTS, Part.GOALS)
"""The parts written in the agreement itself. The others come from the next contact, the plan and the named contact."""

PATIENT_ONLY = frozenset({Part.WHAT_MATTERS, Part.CIRCUMSTANCES, Part.ENGAGEMENT})
"""The patient's own words: nobody of the care writes or changes them."""

CARE_ONLY = frozenset({Part.PLAN_NOT_NEEDED, Part.CONTACT_NOT_NEEDED})
"""Why a part is not needed: the care writes it, and the patient agrees to it with the rest."""

ENGAGEMENTS = ("i_decide", "together", "you_decide")
COMMITTED = ("patient", "family", "care")
"""Who may have made a commitment; an item's ``by`` is one of these."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """The whole of a version, as plain JSON values.

    ``own`` holds the parts written here by part name: a text, or a list of items with ``id`` and ``text``; a commitment
    also has ``by`` and may have ``often`` and ``until``, a goal ``by_day``, and any item ``visible_to`` (the units whose
    staff see it; none is all) and ``private`` (no delegate sees it). ``next_step``
    is the kind and window, never the exact time; ``plan`` the activities with their responsible party, never their
    state; ``named_contact`` the person's id, never deputies and absences: those have histories of their own, or every
    rebooking would void what both have confirmed.
    """

    own: Mapping[str, Any] = field(default_factory=dict)
    next_step: Mapping[str, Any] | None = None
    plan: tuple[Mapping[str, Any], ...] = ()
    named_contact: str | None = None

    def text(self, part: Part) -> str:
        return str(self.own.get(part, ""))

    def items(self, part: Part) -> list[dict[str, Any]]:
        return list(self.own.get(part, ()))

    def promised_by(self, who: str) -> list[dict[str, Any]]:
        """The commitments of patient, family or care."""
        return [item for item in self.items(Part.COMMITMENTS) if item["by"] == who]

    def of(self, part: Part) -> Any:
        """The value of one part."""
        if part in OWN_TEXTS:
            return self.text(part)
        return self.items(part) if part in OWN_LISTS else getattr(self, part.value)


def to_json(content: Content) -> dict[str, Any]:
    return {**asdict(content), "plan": list(content.plan)}


def from_json(data: Mapping[str, Any]) -> Content:
    return Content(
        own=data["own"], next_step=data["next_step"], plan=tuple(data["plan"]), named_contact=data["named_contact"]
    )


def fingerprint(content: Content) -> str:
    """The hash that a confirmation is bound to: the same for the same content, another for any other word of it."""
    said = {part.value: content.of(part) for part in Part}
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def mark(words: str) -> str:
    """A short mark of one text, for a form to carry what it showed."""
    return sha256(words.encode()).hexdigest()[:16]


def item_mark(item: Mapping[str, Any] | None) -> str:
    """The same of an item, with everything that is said about it: who sees it, whose it is, how often. None: no item."""
    return mark(json.dumps(item, sort_keys=True) if item else "")


def changed_parts(before: Content, after: Content) -> list[Part]:
    return [part for part in Part if before.of(part) != after.of(part)]


# --- writing ---------------------------------------------------------------------------------------------------------


def may_write(part: Part, side: Side, by: str | None = None) -> bool:
    """Whether a side may write this: its own commitments and never the other's, the family's being the patient's."""
    if part in PATIENT_ONLY or by in ("patient", "family"):
        return side is Side.PATIENT
    return side is Side.CARE if part in CARE_ONLY or by == "care" else True


def with_text(own: Mapping[str, Any], part: Part, text: str) -> dict[str, Any]:
    return {**own, part.value: text}


def with_item(own: Mapping[str, Any], part: Part, item: Mapping[str, Any]) -> dict[str, Any]:
    """``own`` with the item added, or put in the place of the one with its id."""
    items = list(own.get(part, ()))
    places = [n for n, one in enumerate(items) if one["id"] == item["id"]]
    items[places[0] if places else len(items) : places[0] + 1 if places else len(items)] = [dict(item)]
    return {**own, part.value: items}


def without_item(own: Mapping[str, Any], part: Part, item_id: str) -> dict[str, Any]:
    return {**own, part.value: [one for one in own.get(part, ()) if one["id"] != item_id]}


def item_of(own: Mapping[str, Any], part: Part, item_id: str) -> dict[str, Any] | None:
    return next((one for one in own.get(part, ()) if one["id"] == item_id), None)
