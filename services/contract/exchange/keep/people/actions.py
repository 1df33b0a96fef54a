"""Stores units, people, roles and relatives. Each verb takes the id of what is known, if anything, and gives the id."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from services.contract.exchange import store
from services.contract.exchange.tables import ImportedRelative, ImportedRole
from services.contract.exchange.unit.domain import UnitDraft
from services.contract.exchange.who.domain import PersonDraft, RelativeDraft, RoleDraft
from services.contract.people import actions as people_actions
from services.contract.people import store as people
from services.contract.units import actions as units_actions
from services.contract.units import store as units
from shared.context import Ctx
from shared.events import StaffRole
from shared.time import to_local

HEAD = "head"


def keep_unit(ctx: Ctx, key: str, draft: UnitDraft) -> UUID:
    return units_actions.save_unit(
        ctx,
        key=key,
        name=draft.name,
        zone=draft.zone,
        phone=draft.phone,
        floor_number=draft.floor_number,
        duty_line=draft.duty_line,
        hours=draft.hours or None,
        duty_hours=draft.duty_hours or None,
        neutral=draft.neutral,
    )


def keep_person(ctx: Ctx, known: UUID | None, draft: PersonDraft) -> UUID:
    return people_actions.save_person(
        ctx,
        kind=draft.kind,
        name=draft.name,
        identity=draft.identity,
        language=draft.language,
        zone=draft.zone,
        email=draft.email,
        phone=draft.phone,
        birth_date=draft.birth_date,
        deceased=_day_of_death(ctx, known, draft),
        protected=draft.protected,
        person_id=known,
    )


def keep_relative(ctx: Ctx, known: UUID | None, draft: RelativeDraft) -> UUID:
    row = ctx.session.get(ImportedRelative, known) if known else None
    person_id = keep_person(ctx, row.person_id if row else None, draft.person)
    told = {"patient_id": UUID(draft.patient), "person_id": person_id, "relationship": draft.relationship}
    kept: ImportedRelative = ctx.session.merge(ImportedRelative(id=known or uuid4(), **told))
    return kept.id


def keep_role(ctx: Ctx, known: UUID | None, draft: RoleDraft) -> UUID:
    """Adds what this record gives and takes away what it gave before, unless another record gives that too."""
    person_id, unit_id = UUID(draft.person), UUID(draft.unit)
    role_id = known or uuid4()
    row = ctx.session.get(ImportedRole, role_id)
    gave = _held([row]) if row else set()
    others = _held(store.other_roles(ctx.session, person_id, role_id))
    now = {StaffRole(unit_id=unit_id, role=role) for role in draft.roles}
    held = set(people.roles(ctx.session, person_id))
    people_actions.set_roles(ctx, person_id, sorted((held - gave) | others | now, key=str))
    ctx.session.merge(ImportedRole(id=role_id, person_id=person_id, unit_id=unit_id, roles=list(draft.roles)))
    unit = units.get(ctx.session, unit_id)
    if HEAD in draft.roles and unit is not None and unit.head_id != person_id:
        units_actions.change_unit(ctx, dataclasses.replace(units.facts(unit), head_id=person_id))
    return role_id


def _held(rows: Iterable[ImportedRole]) -> set[StaffRole]:
    return {StaffRole(unit_id=row.unit_id, role=role) for row in rows for role in row.roles}


def _day_of_death(ctx: Ctx, known: UUID | None, draft: PersonDraft) -> date | None:
    """A record may say that somebody has died and not when: then the day we heard of it, because nobody may write."""
    if not draft.dead or draft.deceased:
        return draft.deceased
    person = people.get(ctx.session, known) if known else None
    return person.deceased if person and person.deceased else to_local(ctx.now, draft.zone).date()
