"""The questions asked while a file is stored: what a unit is called, and whose a thing is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.contract.exchange.bundle.domain import HSA_SYSTEM
from services.contract.exchange.domain import Item
from services.contract.exchange.store import digest
from services.contract.exchange.who.domain import PersonDraft
from services.contract.people import store as people
from services.contract.people.tables import Person
from services.contract.units import store as units
from shared.register.blocks import blocked_by

HSA_NAME = f"Organization?identifier={HSA_SYSTEM}|"


def unit_key(item: Item, source: str) -> str:
    """What the unit is called in the care's own registers: its HSA-id where there is one."""
    return item.key.removeprefix(HSA_NAME) if item.key.startswith(HSA_NAME) else digest(item.key, source)


def belongs_to(session: Session, unit_ids: frozenset[UUID], item: Item, body: Any, local_id: UUID | None) -> bool:
    """Whether admins of these units may store the item: it is theirs, or nobody's yet. A patient who has blocked a unit is not
    that unit's.

    ``body`` speaks of people and units by our ids; ``local_id`` is what an earlier import made of the same record.
    """
    if item.type == "Organization":
        unit = units.for_change(session, unit_id=local_id, key=unit_key(item, ""))
        return unit is None or unit.id in unit_ids
    if item.type == "PractitionerRole":
        return UUID(body.unit) in unit_ids
    if item.type in ("Practitioner", "Patient"):
        known = people.get(session, local_id) if local_id else None
        if known is None and body.identity:
            known = people.by_identity(session, body.kind, body.identity)
        return known is None or _person_is_theirs(session, unit_ids, known)
    patient = people.get(session, UUID(body.patient)) if body.patient else None
    concerned = [patient, _known_relative(session, body.person) if item.type == "RelatedPerson" else None]
    return all(one is None or _person_is_theirs(session, unit_ids, one) for one in concerned)


def _known_relative(session: Session, told: PersonDraft) -> Person | None:
    """The helper who has this number already, and whom the file would change."""
    return people.by_identity(session, told.kind, told.identity) if told.identity else None


def _person_is_theirs(session: Session, unit_ids: frozenset[UUID], person: Person) -> bool:
    known_at, blocked = (
        people.units_of(session, person.id),
        blocked_by(session, [person.id]).get(person.id, frozenset()),
    )
    return not known_at or bool(known_at & unit_ids - blocked)
