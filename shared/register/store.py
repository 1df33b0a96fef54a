"""The questions asked of the register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.cover import Answer, CoverFacts, responsible, who_answers
from shared.events import Absence, Appointment, BreakGlassChanged, CoverChanged, StaffRole, UnitChanged, from_data
from shared.policy import Who
from shared.register import tables
from shared.register.away import absences_of, gone
from shared.register.blocks import blocked_by, blocked_units, let_through
from shared.register.grants import active, begun


@dataclass(frozen=True)
class Person:
    """What this service knows of a person; e-mail and phone only where it is told them."""

    person_id: UUID
    kind: str
    name: str
    language: str
    zone: str
    protected: bool
    deceased: date | None
    email: str | None
    phone: str | None


COVER = sa.select(tables.cover, blocked_units(tables.cover.c.patient_id).label("blocked"))
"""The cover of contracts, and which units each one's patient blocks: asked in one."""


class Directory:
    """People, units, rights and cover, read from this service's own database."""

    def person(self, session: Session, person_id: UUID) -> Person | None:
        return self.people(session, [person_id]).get(person_id)

    def people(self, session: Session, ids: Collection[UUID]) -> dict[UUID, Person]:
        rows = session.execute(sa.select(tables.person).where(tables.person.c.person_id.in_(ids)))
        return {row.person_id: Person(*row) for row in rows}

    def unit(self, session: Session, unit_id: UUID) -> UnitChanged | None:
        return self.units(session, [unit_id]).get(unit_id)

    def units(self, session: Session, ids: Collection[UUID] | None = None) -> dict[UUID, UnitChanged]:
        query = sa.select(tables.unit)
        rows = session.execute(query if ids is None else query.where(tables.unit.c.unit_id.in_(ids)))
        return {row.unit_id: _unit(row.facts) for row in rows}

    def roles(self, session: Session, person_id: UUID) -> tuple[StaffRole, ...]:
        query = sa.select(tables.role.c.unit_id, tables.role.c.role).where(tables.role.c.person_id == person_id)
        return tuple(StaffRole(unit_id=unit, role=role) for unit, role in session.execute(query))

    def staff_of(self, session: Session, unit_id: UUID, roles: Collection[str] = ()) -> list[UUID]:
        """The people who have a role at the unit, or one of the named roles."""
        query = sa.select(tables.role.c.person_id).distinct().where(tables.role.c.unit_id == unit_id)
        return list(session.execute(query.where(tables.role.c.role.in_(roles)) if roles else query).scalars())

    def scopes(self, session: Session, delegate_id: UUID, patient_id: UUID, at: datetime) -> frozenset[str]:
        """What the delegate may do for the patient at this instant."""
        mine = tables.delegate.c.delegate_id == delegate_id, tables.delegate.c.patient_id == patient_id
        rows = session.execute(sa.select(tables.delegate.c.scopes).where(*mine, *active(at))).scalars()
        return frozenset(scope for scopes in rows for scope in scopes)

    def was_delegate(self, session: Session, delegate_id: UUID, patient_id: UUID, at: datetime) -> bool:
        """Whether somebody has had something to do for the patient, who lives: more than an invitation or a day to come."""
        mine = tables.delegate.c.delegate_id == delegate_id, tables.delegate.c.patient_id == patient_id
        return session.execute(sa.select(sa.exists().where(*mine, *begun(at)))).scalar_one()

    def delegates(self, session: Session, patient_id: UUID, scope: str, at: datetime) -> list[UUID]:
        """The people who may do this for the patient at this instant."""
        return self.delegates_of(session, [patient_id], scope, at).get(patient_id, [])

    def delegates_of(
        self, session: Session, patient_ids: Collection[UUID], scope: str, at: datetime
    ) -> dict[UUID, list[UUID]]:
        """The same of many patients; those who have nobody are left out."""
        mine = (tables.delegate.c.patient_id.in_(patient_ids), tables.delegate.c.scopes.contains([scope]))
        query = sa.select(tables.delegate.c.patient_id, tables.delegate.c.delegate_id).where(*mine, *active(at))
        found: dict[UUID, list[UUID]] = {}
        for patient_id, delegate_id in session.execute(query.order_by(tables.delegate.c.starts)):
            found.setdefault(patient_id, []).append(delegate_id)
        return found

    def patients_of_delegate(self, session: Session, delegate_id: UUID, at: datetime) -> list[UUID]:
        query = sa.select(tables.delegate.c.patient_id).distinct().where(tables.delegate.c.delegate_id == delegate_id)
        return list(session.execute(query.where(*active(at))).scalars())

    def glass(self, session: Session, person_id: UUID, at: datetime) -> BreakGlassChanged | None:
        """Whose pages a member of staff has open in an emergency at this instant."""
        glass = tables.break_glass
        query = sa.select(glass).where(glass.c.person_id == person_id, glass.c.until > at)
        row = session.execute(query.order_by(glass.c.until.desc()).limit(1)).mappings().one_or_none()
        return BreakGlassChanged(**row) if row else None

    def glasses(self, session: Session, ids: Collection[UUID]) -> dict[UUID, BreakGlassChanged]:
        """The times with these ids at which pages were opened in an emergency."""
        if not ids:
            return {}
        rows = session.execute(sa.select(tables.break_glass).where(tables.break_glass.c.glass_id.in_(ids))).mappings()
        return {row["glass_id"]: BreakGlassChanged(**row) for row in rows}

    def blocked(self, session: Session, patient_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """The units whose staff each of these patients keeps out; those who keep none out are left out."""
        return blocked_by(session, patient_ids)

    def contracts_of(self, session: Session, patient_id: UUID) -> list[UUID]:
        query = sa.select(tables.cover.c.contract_id).where(tables.cover.c.patient_id == patient_id)
        return list(session.scalars(query))

    def contracts_touched_by(self, session: Session, person_id: UUID) -> list[UUID]:
        """The contracts whose cover may lead to this person, as contact, as deputy, or through absences of others: those
        whom they stand in for, those whom these stand in for, and so on."""
        leads = sa.select(sa.literal(person_id).label("person_id")).cte("leads", recursive=True)
        leads = leads.union(
            sa.select(tables.absence.c.person_id).join(leads, tables.absence.c.deputy_id == leads.c.person_id)
        )
        query = sa.select(tables.cover_person.c.contract_id).distinct()
        return list(session.execute(query.join(leads, leads.c.person_id == tables.cover_person.c.person_id)).scalars())

    def covers(self, session: Session, patient_id: UUID, contract_id: UUID | None = None) -> list[CoverFacts]:
        """The cover of all the patient's contracts, or of one."""
        query = COVER.where(tables.cover.c.patient_id == patient_id)
        return self._facts(session, query.where(tables.cover.c.contract_id == contract_id) if contract_id else query)

    def covers_of(self, session: Session, contract_ids: Collection[UUID]) -> dict[UUID, CoverFacts]:
        query = COVER.where(tables.cover.c.contract_id.in_(contract_ids))
        return {facts.contract_id: facts for facts in self._facts(session, query)}

    def who_answers_for(self, session: Session, contract_id: UUID, at: datetime) -> Answer | None:
        """Who can be reached for this contract at this instant; None only for a contract nobody has told of."""
        facts = self.covers_of(session, [contract_id]).get(contract_id)
        return who_answers(facts, at) if facts else None

    def part_in(self, facts: CoverFacts, person_id: UUID, at: datetime) -> set[Who]:
        """A person's part in one contract's cover: appointed contact, or answering in the contact's place right now."""
        whos = {Who.CONTACT} if _appointed(facts, person_id, at) and person_id not in facts.roles_ended else set()
        if not whos and responsible(facts, at).person_id == person_id:
            whos.add(Who.DEPUTY)
        return whos

    def absences(self, session: Session, people: Collection[UUID]) -> dict[UUID, tuple[Absence, ...]]:
        """The present and coming absences of these people and of whoever they lead to, by person."""
        return absences_of(session, people)

    def session_ended(self, session: Session, session_id: UUID) -> bool:
        return session.execute(sa.select(sa.exists().where(tables.session_end.c.session_id == session_id))).scalar_one()

    def _facts(self, session: Session, query: sa.Select[Any]) -> list[CoverFacts]:
        rows = session.execute(query).all()
        units = self.units(session, {row.unit_id for row in rows})
        appointments = {row.contract_id: _appointments(row) for row in rows}
        named = (who for of_one in appointments.values() for a in of_one for who in (a.person_id, a.deputy_id))
        appointed = set(filter(None, named))
        heads = {unit.head_id for unit in units.values() if unit.head_id}
        absences = absences_of(session, appointed | heads)
        stand_ins = {absence.deputy_id for of_one in absences.values() for absence in of_one if absence.deputy_id}
        left = gone(session, frozenset(appointed | stand_ins), frozenset(heads))
        facts = [
            CoverFacts(
                contract_id=row.contract_id,
                patient_id=row.patient_id,
                unit=units[row.unit_id],
                appointments=appointments[row.contract_id],
                absences=absences,
                roles_ended=left,
            )
            for row in rows
            if row.unit_id in units
        ]
        blocked = {row.patient_id: frozenset(row.blocked) for row in rows if row.blocked}
        return let_through(session, facts, blocked, appointed | stand_ins | heads)


def _appointments(row: Any) -> tuple[Appointment, ...]:
    ids = {"contract_id": str(row.contract_id), "patient_id": str(row.patient_id), "unit_id": str(row.unit_id)}
    event = from_data(CoverChanged.type, {**ids, "appointments": row.appointments})
    return cast(CoverChanged, event).appointments


def _unit(facts: dict[str, Any]) -> UnitChanged:
    return cast(UnitChanged, from_data(UnitChanged.type, facts))


def _appointed(facts: CoverFacts, person_id: UUID, at: datetime) -> bool:
    return any(
        a.person_id == person_id and a.starts <= at and (a.ends is None or at < a.ends) for a in facts.appointments
    )
