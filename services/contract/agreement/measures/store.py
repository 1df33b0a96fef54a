"""Counts for the measures: one statement for all of them, grouped by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.contract.agreement.content.domain import Part
from services.contract.agreement.domain import State
from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.keeping.tables import CommitmentNote
from services.contract.agreement.measures.domain import (
    CHANGED,
    COMPLETE,
    KEPT,
    MINUTES,
    RECEIPT,
    SAME,
    STARTED,
    TOLD_ANSWERS,
    TOLD_YES,
    WHOLE,
    Counted,
)
from services.contract.agreement.minutes.tables import StaffMinutes
from services.contract.agreement.review.domain import WHERE_NEEDED, Answer
from services.contract.agreement.review.domain import Question as Asked
from services.contract.agreement.review.tables import Documented, SevenAnswers
from services.contract.agreement.tables import Confirmation, Contract, Question, Version
from services.contract.agreement.told.domain import WEB
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.events import UnitChanged

Events = sa.Select[Any]
"""One row for each event of a measure: key, unit, patient, whether it counts, and its weight."""


def counted(session: Session, units: Collection[UUID]) -> dict[tuple[UUID, str], Counted]:
    """Every measure of these units, by unit and key. Those that nothing is counted for are left out."""
    events = sa.union_all(*_events(units)).subquery()
    counts, patient = events.c.counts, events.c.patient_id
    query = sa.select(
        events.c.unit_id,
        events.c.key,
        sa.func.coalesce(sa.func.sum(events.c.weight).filter(counts), 0),
        sa.func.count(),
        sa.func.count(patient.distinct()),
        sa.func.count(patient.distinct()).filter(counts),
        sa.func.count(patient.distinct()).filter(~counts),
    ).group_by(events.c.unit_id, events.c.key)
    names = ("numerator", "denominator", "patients", "within", "outside")
    rows = session.execute(query)
    return {(unit, key): Counted(**dict(zip(names, map(int, numbers), strict=True))) for unit, key, *numbers in rows}


def units_run(ctx: Ctx) -> dict[UUID, UnitChanged]:
    """The units that the viewer is admin or head of, in the order of their names."""
    admin = {role.unit_id for role in ctx.viewer.roles if role.role == "admin"}
    here = ctx.directory.units(ctx.session, {role.unit_id for role in ctx.viewer.roles}).values()
    run = [one for one in here if one.unit_id in admin or one.head_id == ctx.viewer.person_id]
    return {one.unit_id: one for one in sorted(run, key=lambda one: one.name.casefold())}


def _events(units: Collection[UUID]) -> Iterator[Events]:
    mine = Contract.unit_id.in_(units)
    yield _event(CHANGED, _patient_changed(), Version).where(mine, Version.active_at.is_not(None))
    yield _event(STARTED, sa.func.coalesce(Contract.opened_by == Contract.patient_id, False)).where(mine)
    by_who = sa.case(KEPT, value=CommitmentNote.who)
    yield _event(by_who, CommitmentNote.kept == Kept.KEPT, CommitmentNote).where(mine)
    yield _minutes(mine)
    yes = _event(TOLD_YES, Confirmation.how != WEB, Version, Confirmation)
    yield yes.where(mine, Confirmation.side == Side.PATIENT, Confirmation.voided_at.is_(None))
    answers = _event(TOLD_ANSWERS, SevenAnswers.how != WEB, SevenAnswers)
    yield answers.where(mine, SevenAnswers.side == Side.PATIENT, SevenAnswers.done_at.is_not(None))
    in_force = (mine, Contract.state != State.ENDED, Version.state == "active")
    yield _event(WHOLE, _four_parts(excused=False), Version).where(*in_force)
    yield _event(COMPLETE, _four_parts(excused=True), Version).where(*in_force)
    yield from _answered(mine, in_force)


def _event(
    key: str | sa.ColumnElement[str], counts: sa.ColumnElement[bool], *joined: Any, weight: Any = None
) -> Events:
    query = sa.select(
        (sa.literal(key) if isinstance(key, str) else key).label("key"),
        Contract.unit_id,
        Contract.patient_id,
        counts.label("counts"),
        (sa.literal(1) if weight is None else weight).label("weight"),
    ).select_from(Contract)
    for table in joined:
        query = query.join(table)
    return query


def _patient_changed() -> sa.ColumnElement[bool]:
    """The patient asked for a change while the version was written, or wrote so that a yes to it no longer counted."""
    asked = sa.exists().where(
        Question.contract_id == Contract.id,
        Question.side == Side.PATIENT,
        Question.kind == "change",
        Question.asked_at.between(Version.made_at, Version.active_at),
    )
    wrote = sa.exists().where(Confirmation.version_id == Version.id, Confirmation.voided_by == Contract.patient_id)
    return sa.or_(asked, wrote)


def _minutes(mine: sa.ColumnElement[bool]) -> Events:
    """One event for each contract with noted minutes, as heavy as they are many."""
    by = StaffMinutes.contract_id
    spent = sa.select(by, sa.func.sum(StaffMinutes.minutes).label("minutes")).join(Contract).where(mine).group_by(by)
    sums = spent.subquery()
    query = _event(MINUTES, sa.true(), weight=sums.c.minutes)
    return query.join(sums, sums.c.contract_id == Contract.id)


def _four_parts(*, excused: bool) -> sa.ColumnElement[bool]:
    """Words of its own a version in force always has; the other three parts are looked for. ``excused``: the last two may
    be left out with a reason that both have agreed to."""
    content, own = Version.content, Version.own
    plan = sa.func.jsonb_array_length(content["plan"]) > 0
    contact = content["named_contact"].astext.is_not(None)
    if excused:
        plan |= sa.func.coalesce(own[Part.PLAN_NOT_NEEDED.value].astext, "") != ""
        contact |= sa.func.coalesce(own[Part.CONTACT_NOT_NEEDED.value].astext, "") != ""
    return sa.and_(content["next_step"].astext.is_not(None), plan, contact)


def _answered(mine: sa.ColumnElement[bool], in_force: tuple[sa.ColumnElement[bool], ...]) -> Iterator[Events]:
    """Receipts of agreements in force, and, question by question, where both have answered the same."""
    patient, care = (_latest(side, mine) for side in Side)
    both = sa.and_(_all_yes(patient), _all_yes(care), Documented.version_id.is_not(None))
    receipt = _event(RECEIPT, sa.func.coalesce(both, False), Version)
    for side in (patient, care):
        receipt = receipt.outerjoin(side, side.c.contract_id == Contract.id)
    yield receipt.outerjoin(Documented, Documented.version_id == Version.id).where(*in_force)
    asked = sa.values(sa.column("key", sa.Text), sa.column("question", sa.Text), name="asked").data(
        [(key, question) for question, key in SAME.items()]
    )
    same = _event(asked.c.key, _said(patient, asked.c.question) == _said(care, asked.c.question), Version)
    for side in (patient, care):
        same = same.join(side, side.c.contract_id == Contract.id)
    yield same.join(asked, sa.true()).where(*in_force)


def _latest(side: Side, mine: sa.ColumnElement[bool]) -> sa.CTE:
    """The side's latest full answers of each contract of the units, found once."""
    by = SevenAnswers.contract_id
    done = (mine, SevenAnswers.side == side, SevenAnswers.done_at.is_not(None))
    query = sa.select(by, SevenAnswers.answers).join(Contract).where(*done)
    return (
        query.ext(distinct_on(by))
        .order_by(by, SevenAnswers.done_at.desc(), SevenAnswers.id.desc())
        .cte(f"latest_{side.value}")
    )


def _said(side: sa.CTE, question: Any) -> sa.ColumnElement[str]:
    said: sa.ColumnElement[str] = side.c.answers[question].astext
    return said


def _all_yes(side: sa.CTE) -> sa.ColumnElement[bool]:
    """As ``review.domain.has_receipt`` has it: yes to all seven, of which two may be "not needed"."""
    good = {
        question: [Answer.YES, Answer.NOT_NEEDED] if question in WHERE_NEEDED else [Answer.YES] for question in Asked
    }
    return sa.and_(*(_said(side, question).in_(allowed) for question, allowed in good.items()))
