"""Drafts of teams, goals and conditions, and whom a team points out. Other resources are meant by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from services.contract.exchange.bundle.domain import Entry
from services.contract.exchange.links.domain import Key, Links
from services.contract.exchange.unit.domain import OURS
from services.contract.exchange.value import domain as value
from services.contract.exchange.value.domain import SNOMED, Code

TEAM_ROLE = f"{OURS}/care-team-role"
NAMED_CONTACT = Code(TEAM_ROLE, "named-contact")
DEPUTY = Code(TEAM_ROLE, "deputy")
NURSES = frozenset({Code(SNOMED, "224535009"), Code(SNOMED, "106292003")})

PARTS = ("contact", "nurse", "other")
"""Who may become named contact, the likeliest first. A deputy stands in for somebody else."""

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class MemberDraft:
    """A professional in a team, by practitioner or role. ``part`` is contact, deputy, nurse or other."""

    person: Key
    unit: Key | None
    part: str


@dataclass(frozen=True)
class TeamDraft:
    patient: Key | None
    status: str
    starts: datetime | None
    ends: datetime | None
    unit: Key | None
    members: tuple[MemberDraft, ...]


@dataclass(frozen=True)
class GoalDraft:
    patient: Key | None
    text: str
    status: str
    starts: date | None
    due: date | None


@dataclass(frozen=True)
class ConditionDraft:
    patient: Key | None
    code: Code
    title: str
    status: str
    onset: date | None
    abated: date | None


def team(entry: Entry, links: Links) -> TeamDraft:
    resource = entry.resource
    starts, ends = value.period(resource)
    organizations = [
        *(links.target(reference, "Organization") for reference in resource.get("managingOrganization", [])),
        *(links.target(p.get("member"), "Organization") for p in resource.get("participant", [])),
    ]
    unit = next((key for key in organizations if key), None)
    members = (_member(participant, links, unit) for participant in resource.get("participant", []))
    return TeamDraft(
        patient=links.target(resource.get("subject"), "Patient"),
        status=resource.get("status", ""),
        starts=starts,
        ends=ends,
        unit=unit,
        members=tuple(member for member in members if member),
    )


def goal(entry: Entry, links: Links) -> GoalDraft:
    resource = entry.resource
    targets = (value.day(target.get("dueDate")) for target in resource.get("target", []))
    return GoalDraft(
        patient=links.target(resource["subject"], "Patient"),
        text=value.words_of(resource["description"]),
        status=resource.get("lifecycleStatus", ""),
        starts=value.day(resource.get("startDate")),
        due=next((day for day in targets if day), None),
    )


def condition(entry: Entry, links: Links) -> ConditionDraft:
    resource = entry.resource
    return ConditionDraft(
        patient=links.target(resource["subject"], "Patient"),
        code=value.code_of(resource.get("code")),
        title=value.words_of(resource.get("code")),
        status=value.code_of(resource.get("clinicalStatus")).code,
        onset=value.day(resource.get("onsetDateTime")),
        abated=value.day(resource.get("abatementDateTime")),
    )


def propose(teams: Iterable[TeamDraft], at: datetime) -> MemberDraft | None:
    """Whom the newest team active now points out: as it says itself, else a nurse, else its first professional."""
    active = [team for team in teams if team.status == "active" and (team.ends is None or team.ends > at)]
    active.sort(key=lambda team: team.starts or BEFORE_ALL, reverse=True)
    for team in active:
        candidates = [member for member in team.members if member.part in PARTS]
        if candidates:
            return min(candidates, key=lambda member: PARTS.index(member.part))
    return None


def _member(participant: Mapping[str, Any], links: Links, team_unit: Key | None) -> MemberDraft | None:
    """A practitioner, or their role at a unit; patients, relatives and organisations are no contact."""
    person = links.target(participant.get("member"), "Practitioner", "PractitionerRole")
    unit = links.target(participant.get("onBehalfOf"), "Organization")
    return MemberDraft(person, unit or team_unit, _part(participant)) if person else None


def _part(participant: Mapping[str, Any]) -> str:
    codes = value.codes_of(participant.get("role", []))
    if NAMED_CONTACT in codes:
        return "contact"
    if DEPUTY in codes:
        return "deputy"
    return "nurse" if codes & NURSES else "other"
