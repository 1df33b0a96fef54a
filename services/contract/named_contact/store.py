"""The questions asked about named contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contract.named_contact.tables import (
    ContactAppointment,
    ContactProposal,
    ContractCover,
    StaffAbsence,
)
from shared.cover import READS_AFTER
from shared.events import Absence, AbsencesChanged, Appointment, CoverChanged
from shared.register.blocks import blocks


def add_cover(session: Session, contract_id: UUID, patient_id: UUID, unit_id: UUID) -> None:
    """Begin the contract's cover unless it has begun."""
    row = insert(ContractCover).values(contract_id=contract_id, patient_id=patient_id, unit_id=unit_id)
    session.execute(row.on_conflict_do_nothing())


def cover(session: Session, contract_id: UUID) -> ContractCover | None:
    """The contract's cover, locked until the transaction ends: whoever appoints or ends waits for the other."""
    query = sa.select(ContractCover).where(ContractCover.contract_id == contract_id).with_for_update()
    return session.scalars(query).one_or_none()


def covers(session: Session, contract_ids: Collection[UUID]) -> list[ContractCover]:
    """The same of many, always in one order, so that two who hold several never wait in a circle."""
    query = sa.select(ContractCover).where(ContractCover.contract_id.in_(contract_ids))
    return list(session.scalars(query.order_by(ContractCover.contract_id).with_for_update()))


def cover_as_is(session: Session, contract_id: UUID) -> ContractCover | None:
    """The same, only to be looked at."""
    return session.get(ContractCover, contract_id)


def whose(session: Session, contract_id: UUID) -> tuple[UUID, UUID] | None:
    """The patient and the unit of a contract; as values, so that whoever locks the row later reads it anew."""
    return whose_all(session, [contract_id]).get(contract_id)


def whose_all(session: Session, contract_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """The same of many."""
    row = ContractCover
    query = sa.select(row.contract_id, row.patient_id, row.unit_id).where(row.contract_id.in_(contract_ids))
    return {contract: (patient, unit) for contract, patient, unit in session.execute(query)}


def standing(
    session: Session, contract_id: UUID, at: datetime, *, since: datetime | None = None
) -> list[ContactAppointment]:
    """The appointments that hold at ``at`` (or have held ``since``), the primary first, and after them those to come: the
    first may be one that is to come."""
    row = ContactAppointment
    query = sa.select(row).where(row.contract_id == contract_id, _not_over(since or at))
    return list(session.scalars(query.order_by(row.starts > at, row.is_primary.desc(), row.starts.desc(), row.id)))


def holding(session: Session, contract_id: UUID, at: datetime) -> list[ContactAppointment]:
    """The appointments that hold now, the primary first."""
    return [row for row in standing(session, contract_id, at) if row.starts <= at]


def appointment_of(session: Session, contract_id: UUID, person_id: UUID, at: datetime) -> ContactAppointment:
    """Somebody's appointment that holds now at this contract, or a new one from ``at``, until one of theirs that is to come,
    for the caller to fill in."""
    theirs = [row for row in standing(session, contract_id, at) if row.person_id == person_id]
    if theirs and theirs[0].starts <= at:
        return theirs[0]
    written = {"handover_note": "", "reason": "", "wish_unmet": "", "ends": theirs[0].starts if theirs else None}
    fresh = ContactAppointment(id=uuid4(), contract_id=contract_id, person_id=person_id, starts=at, **written)
    session.add(fresh)
    return fresh


def appointment(session: Session, appointment_id: UUID) -> ContactAppointment | None:
    return session.get(ContactAppointment, appointment_id)


def handed_over(session: Session, contract_id: UUID, at: datetime) -> ContactAppointment | None:
    """The latest appointment that has ended with a note to whoever came next."""
    query = sa.select(ContactAppointment).where(ContactAppointment.contract_id == contract_id)
    query = query.where(ContactAppointment.ends <= at, ContactAppointment.handover_note != "")
    return session.scalars(query.order_by(ContactAppointment.ends.desc(), ContactAppointment.id).limit(1)).first()


def cover_facts(session: Session, kept: ContractCover, at: datetime) -> CoverChanged:
    """Whom the contract leads to, as the others know it: whole state, and who had it lately and still reads."""
    appointments = standing(session, kept.contract_id, at, since=at - READS_AFTER)
    return CoverChanged(
        contract_id=kept.contract_id,
        patient_id=kept.patient_id,
        unit_id=kept.unit_id,
        appointments=tuple(_appointment(row) for row in appointments),
    )


def absence(session: Session, absence_id: UUID) -> StaffAbsence | None:
    """The absence, locked until the transaction ends."""
    query = sa.select(StaffAbsence).where(StaffAbsence.id == absence_id).with_for_update()
    return session.scalars(query).one_or_none()


def absences(session: Session, person_ids: Collection[UUID], at: datetime) -> list[StaffAbsence]:
    """The present and coming absences of these people, the soonest first."""
    later = sa.or_(StaffAbsence.ends.is_(None), StaffAbsence.ends > at)
    query = sa.select(StaffAbsence).where(StaffAbsence.person_id.in_(person_ids), later)
    return list(session.scalars(query.order_by(StaffAbsence.starts, StaffAbsence.id)))


def away_now(session: Session, person_id: UUID, at: datetime) -> StaffAbsence | None:
    """The absence somebody is on at this instant, with the note that patients read."""
    return next((row for row in absences(session, [person_id], at) if row.starts <= at), None)


def absence_facts(session: Session, person_id: UUID, at: datetime) -> AbsencesChanged:
    """When somebody is and will be away, as the others know it."""
    return AbsencesChanged(person_id=person_id, absences=tuple(map(plain, absences(session, [person_id], at))))


def plain(row: StaffAbsence) -> Absence:
    return Absence(absence_id=row.id, starts=row.starts, ends=row.ends, deputy_id=row.deputy_id)


def proposal(session: Session, proposal_id: UUID) -> ContactProposal | None:
    """The proposal, locked until the transaction ends."""
    query = sa.select(ContactProposal).where(ContactProposal.id == proposal_id).with_for_update()
    return session.scalars(query).one_or_none()


def open_proposals(
    session: Session, unit_ids: Iterable[UUID], after: tuple[datetime, UUID] | None, limit: int
) -> list[ContactProposal]:
    """The proposals these units have not decided, the oldest first, from the one after ``after`` on."""
    order = ContactProposal.proposed_at, ContactProposal.id
    query = sa.select(ContactProposal).where(ContactProposal.unit_id.in_(list(unit_ids)))
    query = query.where(ContactProposal.state == "open", ~blocks(ContactProposal.patient_id, ContactProposal.unit_id))
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*after))
    return list(session.scalars(query.order_by(*order).limit(limit)))


def add_proposal(session: Session, patient_id: UUID, person_id: UUID, unit_id: UUID, at: datetime) -> None:
    """Keep a row for this proposal, not yet open, unless there is one."""
    ids = {"patient_id": patient_id, "person_id": person_id, "unit_id": unit_id}
    row = insert(ContactProposal).values(id=uuid4(), source="", state="replaced", proposed_at=at, **ids)
    session.execute(row.on_conflict_do_nothing(index_elements=list(ids)))


def proposals_for(session: Session, patient_id: UUID, unit_id: UUID) -> list[ContactProposal]:
    """Everybody ever proposed for this patient at this unit, locked until the transaction ends."""
    query = sa.select(ContactProposal).where(ContactProposal.patient_id == patient_id)
    return list(session.scalars(query.where(ContactProposal.unit_id == unit_id).with_for_update()))


def _not_over(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(ContactAppointment.ends.is_(None), ContactAppointment.ends > at)


def _appointment(row: ContactAppointment) -> Appointment:
    return Appointment(
        person_id=row.person_id,
        unit_id=row.unit_id,
        primary=row.is_primary,
        deputy_id=row.deputy_id,
        starts=row.starts,
        ends=row.ends,
    )
