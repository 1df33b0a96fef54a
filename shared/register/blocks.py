"""Which units a patient keeps out (Patient Data Act 4:4), and whom that shuts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.cover import CoverFacts
from shared.db import among
from shared.events import StaffRole
from shared.register import tables
from shared.roles import NOT_IN_CARE

Units = Mapping[UUID, frozenset[UUID]]
"""Units by the patient who blocks them; who blocks none is left out."""
Column = Any


def left(roles: Iterable[StaffRole], blocked: Collection[UUID]) -> tuple[StaffRole, ...]:
    """The roles in which somebody may meet a patient who blocks these units: those elsewhere. A log reviewer's stays, who
    looks at what was done and not at the patient."""
    return tuple(role for role in roles if role.unit_id not in blocked or role.role == "auditor")


def as_blocked(facts: CoverFacts, blocked: Collection[UUID], shut_out: Collection[UUID]) -> CoverFacts:
    """The facts as a patient's blocks leave them: whoever is shut out answers no more, and at a blocked unit nobody does."""
    here = facts.unit.unit_id in blocked
    head = None if here or facts.unit.head_id in shut_out else facts.unit.head_id
    return replace(
        facts,
        unit=replace(facts.unit, head_id=head),
        appointments=() if here else facts.appointments,
        roles_ended=facts.roles_ended | frozenset(shut_out),
    )


def blocked_by(session: Session, patient_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The units that each of these patients blocks now."""
    block = tables.block.c
    query = sa.select(block.patient_id, block.unit_id).where(among(block.patient_id, patient_ids), block.ends.is_(None))
    found: dict[UUID, frozenset[UUID]] = {}
    for patient, unit in session.execute(query):
        found[patient] = found.get(patient, frozenset()) | {unit}
    return found


def shut_out(session: Session, blocked: Units, people: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Those of these people, by patient, who work with patients nowhere but at units that the patient blocks. Whoever also
    works elsewhere acts from there."""
    if not blocked:
        return {}
    role, works = tables.role.c, dict[UUID, set[UUID]]()
    query = sa.select(role.person_id, role.unit_id).where(among(role.person_id, people), role.role.not_in(NOT_IN_CARE))
    for person, unit in session.execute(query):
        works.setdefault(person, set()).add(unit)
    return {
        patient: frozenset(person for person, at in works.items() if at <= units) for patient, units in blocked.items()
    }


def let_through(
    session: Session, facts: Sequence[CoverFacts], blocked: Units, people: Collection[UUID]
) -> list[CoverFacts]:
    """The facts of many contracts, each as its patient's blocks leave it; ``people`` are all whom they lead to."""
    out = shut_out(session, blocked, people)
    return [
        as_blocked(one, blocked[one.patient_id], out[one.patient_id]) if one.patient_id in blocked else one
        for one in facts
    ]


def blocked_units(patient: Column) -> sa.ScalarSelect[list[UUID] | None]:
    """For lists: the units that the row's patient blocks; None for none."""
    block = tables.block.c
    return (
        sa.select(sa.func.array_agg(block.unit_id))
        .where(block.patient_id == patient, block.ends.is_(None))
        .scalar_subquery()
    )


def blocks(patient: Column, unit: Column) -> sa.ColumnElement[bool]:
    """For lists: whether the row's patient blocks the row's unit."""
    block = tables.block.c
    return sa.exists().where(block.patient_id == patient, block.unit_id == unit, block.ends.is_(None))


def blocks_all(patient: Column, units: Collection[UUID]) -> sa.ColumnElement[bool]:
    """For lists: whether the row's patient blocks every one of these units."""
    block = tables.block.c
    count = sa.select(sa.func.count(block.unit_id.distinct()))
    mine = block.patient_id == patient, among(block.unit_id, units), block.ends.is_(None)
    return count.where(*mine).scalar_subquery() >= len(units)
