"""The questions asked of contracts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.contract.agreement.content.domain import Content
from services.contract.agreement.domain import State
from services.contract.agreement.tables import Confirmation, Contract, Question, Version
from services.contract.named_contact import store as named_contacts
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.plan import store as plans
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.relations import part_in


def contract(session: Session, contract_id: UUID, *, lock: bool = False) -> Contract | None:
    """The contract; locked, nothing of it changes until the transaction ends, and its row is read anew."""
    return session.get(Contract, contract_id, with_for_update=lock or None, populate_existing=lock)


def open_of(session: Session, patient_id: UUID) -> Contract | None:
    """The patient's one contract that has not ended."""
    query = sa.select(Contract).where(Contract.patient_id == patient_id, Contract.state != State.ENDED)
    return session.execute(query).scalar_one_or_none()


def last_words(session: Session, patient_id: UUID) -> dict[str, Any]:
    """What both wrote in the patient's latest agreement that has ended: a new one begins with it. Empty where none has."""
    query = sa.select(Version.own).join(Contract).where(Contract.patient_id == patient_id)
    ended = query.where(Contract.state == State.ENDED, Version.active_at.is_not(None))
    newest_first = Contract.ended_at.desc(), Version.number.desc()
    return dict(session.scalars(ended.order_by(*newest_first).limit(1)).first() or {})


def not_ended(session: Session, contract_ids: Collection[UUID]) -> list[Contract]:
    query = sa.select(Contract).where(Contract.id.in_(contract_ids), Contract.state != State.ENDED)
    return list(session.scalars(query))


def of_patients(session: Session, patients: Collection[UUID]) -> list[Contract]:
    query = sa.select(Contract).where(Contract.patient_id.in_(patients), Contract.state != State.ENDED)
    return list(session.execute(query).scalars())


def with_part(ctx: Ctx, after: UUID | None, limit: int) -> list[Contract]:
    """Contracts that the viewer is a party to, answers for, helps with, or runs the unit of; by id, after ``after``."""
    me = ctx.viewer.person_id
    if me is None:
        return []
    reached = ctx.directory.covers_of(ctx.session, ctx.directory.contracts_touched_by(ctx.session, me))
    parts = [facts.contract_id for facts in reached.values() if part_in(ctx, facts, me)]
    helped = ctx.directory.patients_of_delegate(ctx.session, me, ctx.now)
    patients = {one for one in helped if "see_contract" in ctx.directory.scopes(ctx.session, me, one, ctx.now)} | {me}
    run = Contract.unit_id.in_(run_by(ctx.viewer.roles))
    mine = sa.or_(Contract.id.in_(parts), Contract.patient_id.in_(patients), run)
    query = sa.select(Contract).where(mine, Contract.state != State.ENDED)
    if after is not None:
        query = query.where(Contract.id > after)
    return list(ctx.session.execute(query.order_by(Contract.id).limit(limit)).scalars())


def versions(session: Session, contract_id: UUID) -> list[Version]:
    """All versions, the newest first."""
    query = sa.select(Version).where(Version.contract_id == contract_id).order_by(Version.number.desc())
    return list(session.execute(query).scalars())


def newest(session: Session, contract_id: UUID) -> Version:
    """The version whose words are the latest: the one being worked on, else the active one."""
    query = sa.select(Version).where(Version.contract_id == contract_id).order_by(Version.number.desc()).limit(1)
    return session.execute(query).scalar_one()


def version(session: Session, contract_id: UUID, number: int) -> Version | None:
    query = sa.select(Version).where(Version.contract_id == contract_id, Version.number == number)
    return session.execute(query).scalar_one_or_none()


def in_state(session: Session, contract_id: UUID, state: str) -> Version | None:
    """The contract's one version that is a ``draft``, or the one that is ``active``."""
    query = sa.select(Version).where(Version.contract_id == contract_id, Version.state == state)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def confirmations(session: Session, version_id: UUID) -> list[Confirmation]:
    """All of the version's confirmations in the order they were given, also those that no longer count."""
    query = sa.select(Confirmation).where(Confirmation.version_id == version_id).order_by(Confirmation.id)
    return list(session.execute(query).scalars())


@dataclass(frozen=True)
class Yes:
    """Who has said yes to a version as it was when last written, and whom that names as contact; a version in force
    names whom it names."""

    sides: frozenset[Side]
    named: str | None
    in_force: bool

    def stands(self, contact: UUID | None) -> bool:
        """Whether it still is the same text: another contact since then makes it another."""
        return self.in_force or self.named == (str(contact) if contact else None)


def by_id(session: Session, contract_ids: Collection[UUID]) -> dict[UUID, Contract]:
    return {row.id: row for row in session.scalars(sa.select(Contract).where(Contract.id.in_(contract_ids)))}


def standing_yes(session: Session, contract_ids: Collection[UUID]) -> dict[UUID, Yes]:
    """Who has said yes to the newest version of each contract."""
    of, number = Version.contract_id, Version.number
    newest = sa.select(
        of, Version.id, Version.content_hash, Version.state, Version.content["named_contact"].astext.label("named")
    )
    last = newest.where(of.in_(contract_ids)).ext(distinct_on(of)).order_by(of, number.desc()).subquery()
    counts = (Confirmation.version_id == last.c.id, Confirmation.voided_at.is_(None))
    query = sa.select(
        last.c.contract_id, last.c.named, last.c.state, sa.func.array_agg(Confirmation.side).label("sides")
    )
    query = query.join(Confirmation, sa.and_(*counts, Confirmation.content_hash == last.c.content_hash))
    rows = session.execute(query.group_by(last.c.contract_id, last.c.named, last.c.state))
    return {row.contract_id: Yes(frozenset(map(Side, row.sides)), row.named, row.state == "active") for row in rows}


def open_questions(session: Session, contract_id: UUID) -> list[Question]:
    query = sa.select(Question).where(Question.contract_id == contract_id, Question.closed_at.is_(None))
    return list(session.execute(query.order_by(Question.asked_at)).scalars())


def whole(session: Session, contract: Contract, own: Mapping[str, Any], at: datetime) -> Content:
    """What a version with these words of its own says now, together with the other parts."""
    appointed = named_contacts.holding(session, contract.id, at)
    contact = next((one.person_id for one in appointed if one.is_primary), None)
    return Content(
        own=own,
        next_step=next_contacts.snapshot(session, contract.id),
        plan=tuple(plans.snapshot(session, contract.patient_id)),
        named_contact=str(contact) if contact else None,
    )
