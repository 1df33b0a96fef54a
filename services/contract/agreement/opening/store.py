"""Which patients have no agreement."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.domain import State
from services.contract.agreement.tables import Contract
from services.contract.people.tables import KnownAt, Person
from shared.register.blocks import blocks

PAGE = 25


def without_agreement(session: Session, unit_ids: Collection[UUID], page: int) -> tuple[list[Person], bool]:
    """One page of the living patients these units know and nobody has an agreement with, by name; and whether there
    are more."""
    found = list(session.scalars(_missing(unit_ids).offset((page - 1) * PAGE).limit(PAGE + 1)))
    return found[:PAGE], len(found) > PAGE


def without_agreement_after(
    session: Session, unit_ids: Collection[UUID], after: UUID | None, most: int
) -> list[Person]:
    """The same, from the patient after ``after`` on."""
    query = _missing(unit_ids)
    if after is not None:
        last = sa.select(Person.sort_key, Person.id).where(Person.id == after).subquery()
        query = query.where(sa.tuple_(Person.sort_key, Person.id) > sa.select(last).scalar_subquery())
    return list(session.scalars(query.limit(most)))


def _missing(unit_ids: Collection[UUID]) -> sa.Select[Person]:
    known = sa.select(KnownAt.person_id).where(
        KnownAt.unit_id.in_(unit_ids), ~blocks(KnownAt.person_id, KnownAt.unit_id)
    )
    has = sa.exists().where(Contract.patient_id == Person.id, Contract.state != State.ENDED)
    query = sa.select(Person).where(Person.id.in_(known), Person.kind == "patient", Person.deceased.is_(None), ~has)
    return query.order_by(Person.sort_key, Person.id)
