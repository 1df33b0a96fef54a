"""Drafts of care plans and their activities, and what they tell the coordinated plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.contract.exchange.bundle.domain import Entry
from services.contract.exchange.links.domain import Key, Links
from services.contract.exchange.problem.domain import Problem
from services.contract.exchange.unit.domain import OURS
from services.contract.exchange.value import domain as value
from services.contract.exchange.value.domain import UNCODED, Code
from services.contract.exchange.who import domain as who
from services.contract.plan.domain import ImportedActivity, Party
from shared.i18n import _l

ACTIVITY_REQUESTS = ("code", "medicationCodeableConcept")
"""Where a request that an activity points at says what is to be done."""


ENDED = {"completed": "completed", "revoked": "cancelled", "entered-in-error": "cancelled"}
"""What a plan's own end makes of each of its activities."""

PARTY = f"{OURS}/party"
"""The code system by which an organisation's type tells its principal: ``municipality``, ``school``…"""


@dataclass(frozen=True)
class ActivityDraft:
    """One thing to be done; ``responsible`` is what the plan calls whoever does it."""

    code: Code
    title: str
    status: str
    responsible: str
    party: Party


@dataclass(frozen=True)
class PlanDraft:
    patient: Key | None
    status: str
    title: str
    starts: datetime | None
    ends: datetime | None
    activities: tuple[ActivityDraft, ...]


def plan(entry: Entry, links: Links) -> PlanDraft:
    resource = entry.resource
    starts, ends = value.period(resource)
    categories = [value.words_of(concept) for concept in resource.get("category", [])]
    activities = (_activity(activity, resource, links) for activity in resource.get("activity", []))
    return PlanDraft(
        patient=links.target(resource["subject"], "Patient"),
        status=resource.get("status", ""),
        title=value.text(resource.get("title")) or next((words for words in reversed(categories) if words), ""),
        starts=starts,
        ends=ends,
        activities=tuple(activity for activity in activities if activity.title),
    )


def told(plan_id: str, draft: PlanDraft) -> tuple[ImportedActivity, ...]:
    """What one plan tells the coordinated plan. A plan that is not active any more has ended what it asked for."""
    seen: Counter[str] = Counter()
    found = []
    for activity in draft.activities:
        name = f"{activity.code.system}|{activity.code.code}" if activity.code != UNCODED else activity.title.casefold()
        seen[name] += 1
        found.append(
            ImportedActivity(
                code=activity.code.code,
                system=activity.code.system,
                title=activity.title,
                responsible=activity.responsible,
                status=ENDED.get(draft.status, activity.status),
                source_keys=(f"{plan_id}#{name}#{seen[name]}",),
                party=activity.party,
            )
        )
    return tuple(found)


def faults(entry: Entry, links: Links) -> Iterator[Problem]:
    """What R4 demands of these types and its JSON Schema can't say."""
    resource, place = entry.resource, f"{entry.place}.resource"
    for name in {"CarePlan": ("status", "intent"), "Goal": ("lifecycleStatus",)}.get(entry.type, ()):
        if not resource.get(name):
            yield Problem(f"{place}.{name}", _l("The field “%(field)s” is missing."), {"field": name})
    for index, activity in enumerate(resource.get("activity", [])):
        if "reference" in activity and "detail" in activity:
            yield Problem(
                f"{place}.activity[{index}]", _l("An activity has either a reference or details, never both.")
            )
        elif not _activity(activity, resource, links).title:
            yield Problem(
                f"{place}.activity[{index}]", _l("The activity does not say what is to be done: it is left out.")
            )


def _activity(activity: Mapping[str, Any], plan: Mapping[str, Any], links: Links) -> ActivityDraft:
    author = plan.get("author", {})
    detail = activity.get("detail")
    if detail is None:
        code, title = _requested(activity.get("reference", {}), links)
        return ActivityDraft(code, title, "unknown", _name_of(links, author), _party_of(links, author))
    performer = next((one for one in detail.get("performer", []) if _name_of(links, one)), author)
    return ActivityDraft(
        code=value.code_of(detail.get("code")),
        title=value.words_of(detail.get("code")) or value.text(detail.get("description")),
        status=detail.get("status", "unknown"),
        responsible=_name_of(links, performer),
        party=_party_of(links, performer),
    )


def _requested(reference: Mapping[str, Any], links: Links) -> tuple[Code, str]:
    """An activity that is a request of its own: what it says is read where the file holds it."""
    request = links.entry(reference)
    resource = request.resource if request else {}
    concept = next((resource[name] for name in ACTIVITY_REQUESTS if isinstance(resource.get(name), dict)), None)
    return value.code_of(concept), value.words_of(concept) or value.text(reference.get("display"))


def _party_of(links: Links, reference: Mapping[str, Any]) -> Party:
    if links.target(reference, "Patient"):
        return Party.PATIENT
    if links.target(reference, "RelatedPerson"):
        return Party.FAMILY
    entry = links.entry(reference)
    codes = value.codes_of(entry.resource.get("type", [])) if entry and entry.type == "Organization" else set()
    return next(
        (Party(code.code) for code in codes if code.system == PARTY and code.code in set(Party)), Party.REGION_UNIT
    )


def _name_of(links: Links, reference: Mapping[str, Any]) -> str:
    """What a plan calls somebody: the reference's own words, else the organisation's or person's name in the file."""
    shown = value.name(reference.get("display"))
    entry = links.entry(reference)
    if shown or entry is None:
        return shown
    named = entry.resource.get("name")
    return who.full_name(entry.resource) if isinstance(named, list) else value.name(named)
