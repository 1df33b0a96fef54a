"""Loads teams, versions, goals and next contacts, without what the viewer's unit is not shown (K21)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.contract.agreement.content.domain import from_json
from services.contract.agreement.content.seeing.domain import Sight, seen
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.tables import Contract, Version
from services.contract.exchange.door.reach.store import Reach
from services.contract.exchange.outgoing.meeting.domain import Meeting, appointment
from services.contract.exchange.outgoing.promise.domain import Plan, Progress, care_plan, standing
from services.contract.exchange.outgoing.promise.goals.domain import Goals, Stood
from services.contract.exchange.outgoing.promise.goals.domain import goals as goals_of
from services.contract.exchange.outgoing.shape.domain import Json
from services.contract.exchange.outgoing.team.domain import Team, care_team
from services.contract.named_contact.tables import ContactAppointment
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import State
from services.contract.next_contact.tables import NextContact
from services.contract.plan.domain import State as Progressed
from services.contract.plan.tables import PlanActivity
from shared.context import Ctx
from shared.cover import CoverFacts, not_over
from shared.register.store import Person


def care_teams(ctx: Ctx, _reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    covers = ctx.directory.covers_of(ctx.session, ids)
    people = ctx.directory.people(ctx.session, {one for facts in covers.values() for one in _named(facts)})
    changed = _team_changes(ctx, ids)
    return [
        care_team(
            Team(
                contract_id=facts.contract_id,
                patient_id=facts.patient_id,
                unit_id=facts.unit.unit_id,
                appointments=not_over(facts, ctx.now),
                absences=facts.absences,
                names={one.person_id: one.name for one in people.values()},
                protected=_protected(people, facts.patient_id),
                changed=changed.get(facts.contract_id),
            )
        )
        for facts in sorted(covers.values(), key=lambda facts: facts.contract_id)
    ]


def care_plans(ctx: Ctx, _reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    query = sa.select(Version, Contract).join(Contract, Contract.id == Version.contract_id).where(Version.id.in_(ids))
    rows = [(version, contract) for version, contract in ctx.session.execute(query.order_by(Version.id))]
    contracts = {contract.id for _version, contract in rows}
    patients = {contract.patient_id for _version, contract in rows}
    numbers = sa.select(Version.contract_id, Version.number, Version.id).where(Version.contract_id.in_(contracts))
    before = {(one[0], one[1]): one[2] for one in ctx.session.execute(numbers)}
    people = ctx.directory.people(ctx.session, patients)
    activities, upcoming = _activities(ctx, patients), _upcoming(ctx, contracts)
    plans = [_plan(ctx, version, contract, activities[contract.patient_id]) for version, contract in rows]
    return [
        care_plan(
            replace(
                plan,
                replaces=before.get((plan.contract_id, plan.number - 1)),
                appointment=upcoming.get(plan.contract_id),
                protected=_protected(people, plan.patient_id),
            )
        )
        for plan in plans
    ]


def _plan(ctx: Ctx, version: Version, contract: Contract, activities: Sequence[PlanActivity]) -> Plan:
    return Plan(
        id=version.id,
        contract_id=contract.id,
        number=version.number,
        state=standing(version.state, ended=contract.ended_at is not None),
        content=seen(from_json(version.content), sight_of(ctx, contract.patient_id, activities)),
        patient_id=contract.patient_id,
        unit_id=contract.unit_id,
        made=version.made_at,
        active=version.active_at,
        ended=contract.ended_at,
        progress={str(one.id): _progress(one) for one in activities},
        changed=max([version.changed_at, *(one.changed_at for one in activities)]),
    )


def goals(ctx: Ctx, contract_ids: Collection[UUID]) -> list[Json]:
    """All goals of these contracts, in the order of their ids."""
    query = sa.select(Version, Contract).join(Contract, Contract.id == Version.contract_id)
    rows = ctx.session.execute(query.where(Version.contract_id.in_(contract_ids)).order_by(Version.number.desc())).all()
    people = ctx.directory.people(ctx.session, {contract.patient_id for _version, contract in rows})
    versions: dict[Contract, list[Version]] = defaultdict(list)
    for version, contract in rows:
        versions[contract].append(version)
    told = [
        Goals(
            contract_id=contract.id,
            patient_id=contract.patient_id,
            versions=tuple(_stood(one, contract, sight_of(ctx, contract.patient_id, ())) for one in found),
            protected=_protected(people, contract.patient_id),
            changed=max(one.changed_at for one in found),
        )
        for contract, found in versions.items()
    ]
    return sorted((goal for one in told for goal in goals_of(one)), key=lambda goal: str(goal["id"]))


def _stood(version: Version, contract: Contract, sight: Sight) -> Stood:
    state = standing(version.state, ended=contract.ended_at is not None)
    return Stood(state, seen(from_json(version.content), sight), version.active_at)


def appointments(ctx: Ctx, reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    rows = list(ctx.session.scalars(sa.select(NextContact).where(NextContact.id.in_(ids)).order_by(NextContact.id)))
    contacts = {row.id: _contact(reach.covers.get(row.contract_id), ctx.now) for row in rows}
    people = ctx.directory.people(ctx.session, {*filter(None, contacts.values()), *(row.patient_id for row in rows)})
    return [appointment(_meeting(row, people.get(contacts[row.id] or row.id), people)) for row in rows]


def _meeting(row: NextContact, contact: Person | None, people: dict[UUID, Person]) -> Meeting:
    times = next_contacts.times(row)
    return Meeting(
        id=row.id,
        patient_id=row.patient_id,
        state=State(row.state),
        kind=row.kind,
        way=row.way,
        agreed=times.agreed,
        suggested=times.suggested,
        minutes=next_contacts.minutes(row),
        suggested_by=row.suggested_by,
        earliest=row.earliest,
        latest=row.latest,
        event=row.event,
        contact=(contact.person_id, contact.name) if contact else None,
        protected=_protected(people, row.patient_id),
        changed=row.changed_at,
    )


def _contact(facts: CoverFacts | None, at: datetime) -> UUID | None:
    """The named contact who stands at this instant."""
    appointed = (one for one in not_over(facts, at) if one.primary and one.starts <= at) if facts else ()
    return next((one.person_id for one in appointed), None)


def _named(facts: CoverFacts) -> set[UUID]:
    named = {facts.patient_id, *(who for one in facts.appointments for who in (one.person_id, one.deputy_id))}
    away = {absence.deputy_id for one in facts.appointments for absence in facts.absences.get(one.person_id, ())}
    return {person for person in named | away if person is not None}


def _protected(people: dict[UUID, Person], patient_id: UUID) -> bool:
    return patient_id in people and people[patient_id].protected


def _team_changes(ctx: Ctx, ids: Collection[UUID]) -> dict[UUID, datetime]:
    row = ContactAppointment
    query = sa.select(row.contract_id, sa.func.max(row.changed_at)).where(row.contract_id.in_(ids))
    return {one[0]: one[1] for one in ctx.session.execute(query.group_by(row.contract_id))}


def _activities(ctx: Ctx, patients: Collection[UUID]) -> dict[UUID, list[PlanActivity]]:
    found: dict[UUID, list[PlanActivity]] = defaultdict(list)
    for row in ctx.session.scalars(sa.select(PlanActivity).where(PlanActivity.patient_id.in_(patients))):
        found[row.patient_id].append(row)
    return found


def _progress(row: PlanActivity) -> Progress:
    return Progress(Progressed(row.state), row.on_date)


def _upcoming(ctx: Ctx, contracts: Collection[UUID]) -> dict[UUID, UUID]:
    query = sa.select(NextContact.contract_id, NextContact.id).where(NextContact.contract_id.in_(contracts))
    return {one[0]: one[1] for one in ctx.session.execute(query.where(NextContact.closed_at.is_(None)))}
