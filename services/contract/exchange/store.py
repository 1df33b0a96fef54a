"""The questions asked about imports: what is known of a record, what records tell of a patient, what was refused."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.exchange.care.domain import MemberDraft, TeamDraft
from services.contract.exchange.links.domain import Key
from services.contract.exchange.tables import (
    ImportedCondition,
    ImportedGoal,
    ImportedRelative,
    ImportedRole,
    ImportedTeam,
    ImportRun,
    SourceName,
    SourceRecord,
)

PAGE = 20
RELATIVE = re.compile(r"^[A-Za-z]+/")


def digest(name: str, source: str) -> str:
    """A name as it is stored. ``Patient/7`` means one thing at each sender, so it counts only within its ``source``."""
    scope = source if RELATIVE.match(name) else ""
    return hashlib.sha256(f"{scope}\n{name}".encode()).hexdigest()


def known(session: Session, names: Iterable[str], source: str) -> dict[str, SourceRecord]:
    """The earlier records by these names, where a name means only one."""
    by_digest = {digest(name, source): name for name in names}
    query = sa.select(SourceName.name, SourceRecord).join(SourceRecord, SourceRecord.id == SourceName.record_id)
    found: dict[str, list[SourceRecord]] = defaultdict(list)
    for name, record in session.execute(query.where(SourceName.name.in_(by_digest))):
        found[by_digest[name]].append(record)
    return {name: records[0] for name, records in found.items() if len(records) == 1}


def records(session: Session, keys: Iterable[Key], source: str) -> dict[Key, SourceRecord]:
    """The earlier records with these keys."""
    by_digest = {digest(key, source): key for key in keys}
    found = session.scalars(sa.select(SourceRecord).where(SourceRecord.key.in_(by_digest)))
    return {by_digest[record.key]: record for record in found}


def teams_of(session: Session, patient_id: UUID) -> list[TeamDraft]:
    """The patient's teams in words of the rule that chooses among them; people and units by our own ids."""
    rows = session.scalars(
        sa.select(ImportedTeam).where(ImportedTeam.patient_id == patient_id).order_by(ImportedTeam.id)
    )
    return [
        TeamDraft(
            patient=Key(patient_id),
            status=row.status,
            starts=row.starts,
            ends=row.ends,
            unit=Key(row.unit_id) if row.unit_id else None,
            members=tuple(MemberDraft(Key(m["person"]), m["unit"] and Key(m["unit"]), m["part"]) for m in row.members),
        )
        for row in rows
    ]


def other_roles(session: Session, person_id: UUID, role_id: UUID) -> list[ImportedRole]:
    """What other records say this person is."""
    query = sa.select(ImportedRole).where(ImportedRole.person_id == person_id, ImportedRole.id != role_id)
    return list(session.scalars(query))


def goals_of(session: Session, patient_id: UUID) -> list[ImportedGoal]:
    """What the patient is working towards, as the records tell."""
    query = sa.select(ImportedGoal).where(ImportedGoal.patient_id == patient_id)
    return list(session.scalars(query.order_by(ImportedGoal.due, ImportedGoal.id)))


def conditions_of(session: Session, patient_id: UUID) -> list[ImportedCondition]:
    query = sa.select(ImportedCondition).where(ImportedCondition.patient_id == patient_id)
    return list(session.scalars(query.order_by(ImportedCondition.onset, ImportedCondition.id)))


def relatives_of(session: Session, patient_id: UUID) -> list[ImportedRelative]:
    query = sa.select(ImportedRelative).where(ImportedRelative.patient_id == patient_id)
    return list(session.scalars(query.order_by(ImportedRelative.id)))


def runs(session: Session, unit_ids: Collection[UUID], page: int = 1) -> tuple[list[ImportRun], bool]:
    """One page of the imports that these units' admins made, or an operator for all, newest first; and whether more."""
    found = list(session.scalars(_runs(unit_ids).offset((page - 1) * PAGE).limit(PAGE + 1)))
    return found[:PAGE], len(found) > PAGE


def runs_after(session: Session, unit_ids: Collection[UUID], after: UUID | None, limit: int) -> list[ImportRun]:
    """As ``runs``, from the one older than ``after`` on."""
    query = _runs(unit_ids)
    last = session.get(ImportRun, after) if after else None
    if last is not None:
        same = sa.and_(ImportRun.at == last.at, ImportRun.id > last.id)
        query = query.where(sa.or_(ImportRun.at < last.at, same))
    return list(session.scalars(query.limit(limit)))


def _runs(unit_ids: Collection[UUID]) -> sa.Select[ImportRun]:
    mine = sa.or_(ImportRun.unit_id.in_(unit_ids), ImportRun.unit_id.is_(None))
    return sa.select(ImportRun).where(mine).order_by(ImportRun.at.desc(), ImportRun.id)


def hold_imports(session: Session) -> None:
    """One import at a time: two files that tell of one person must not meet half-way."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("samkontrakt.import"))))
