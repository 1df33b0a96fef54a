"""Part 4 as a care team: who is named contact, and who stands in, each with from and to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.contract.exchange.care.domain import TEAM_ROLE
from services.contract.exchange.outgoing.shape.domain import Json, concept, own_identifier, period, reference, resource
from shared.events import Absence, Appointment

PARTS = {"named-contact": "Fast vårdkontakt", "other-contact": "Vårdkontakt", "deputy": "Ersättare"}
"""The parts in a team, by their code in our own code system; a law's word has no international code."""

MISSING = "Någon i vården"


@dataclass(frozen=True)
class Team:
    """Whom one contract leads to. ``absences`` are by person; ``names`` of everybody named."""

    contract_id: UUID
    patient_id: UUID
    unit_id: UUID
    appointments: tuple[Appointment, ...]
    absences: Mapping[UUID, tuple[Absence, ...]]
    names: Mapping[UUID, str]
    unit_name: str = ""
    protected: bool = False
    changed: datetime | None = None


def care_team(team: Team) -> Json:
    return resource(
        "CareTeam",
        str(team.contract_id),
        changed=team.changed,
        protected=team.protected,
        identifier=[own_identifier(team.contract_id)],
        status="active",
        subject=reference("Patient", team.patient_id),
        period=period(min((one.starts for one in team.appointments), default=None), None),
        participant=list(_participants(team)),
        managingOrganization=[reference("Organization", team.unit_id, team.unit_name)],
    )


def _participants(team: Team) -> Iterator[Json]:
    for one in team.appointments:
        part = "named-contact" if one.primary else "other-contact"
        yield _participant(team, part, one.person_id, one, (one.starts, one.ends))
        yield from _stand_ins(team, one)


def _stand_ins(team: Team, one: Appointment) -> Iterator[Json]:
    """The deputy who always stands in, and those who do for one absence."""
    if one.deputy_id:
        yield _participant(team, "deputy", one.deputy_id, one, (one.starts, one.ends))
    for away in _chosen(team.absences.get(one.person_id, ()), one.deputy_id):
        yield _participant(team, "deputy", away.deputy_id, one, (away.starts, away.ends))


def _chosen(absences: Iterable[Absence], otherwise: UUID | None) -> Iterator[Absence]:
    return (away for away in absences if away.deputy_id not in (None, otherwise))


def _participant(
    team: Team, part: str, person: UUID | None, one: Appointment, during: tuple[datetime, datetime | None]
) -> Json:
    return {
        "role": [concept(TEAM_ROLE, part, PARTS[part])],
        "member": reference("Practitioner", str(person), team.names.get(person, MISSING) if person else MISSING),
        "onBehalfOf": reference("Organization", one.unit_id),
        "period": period(*during),
    }
