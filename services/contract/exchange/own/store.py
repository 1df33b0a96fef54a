"""Asks which ids are really ours: nobody owns a thing here by claiming its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.tables import Contract, Version
from services.contract.delegates.tables import Delegation
from services.contract.exchange.bundle.domain import Entry
from services.contract.exchange.links.domain import Key, Target
from services.contract.exchange.own.domain import addressed, own_key
from services.contract.named_contact.tables import ContractCover
from services.contract.people.tables import Person
from services.contract.units.tables import CareUnit

KEPT_IN: Mapping[str, Any] = {
    "Patient": Person.id,
    "Practitioner": Person.id,
    "PractitionerRole": Person.id,
    "Organization": CareUnit.id,
    "RelatedPerson": Delegation.id,
    "CareTeam": ContractCover.contract_id,
    "CarePlan": Version.id,
    "Goal": Contract.id,
}
KINDS = {"Patient": "patient", "Practitioner": "staff", "PractitionerRole": "staff"}


@dataclass(frozen=True)
class Own:
    """What of a file is ours: entries by key, and what references outside the file lead to."""

    entries: Mapping[Key, UUID]
    targets: Mapping[str, Target]
    ids: Mapping[Key, UUID]


def own(session: Session, entries: Iterable[Entry], outward: Iterable[str]) -> Own:
    claimed = {(entry.type, Key(entry.key)): own_key(entry.type, entry.names) for entry in entries}
    pointed = addressed(outward)
    wanted: dict[str, set[UUID]] = {}
    for kind, one in [*((kind, one) for (kind, _key), one in claimed.items()), *pointed.values()]:
        if one is not None and kind in KEPT_IN:
            wanted.setdefault(kind, set()).add(one)
    ours = {kind: _known(session, kind, ids) for kind, ids in wanted.items()}
    targets = {name: Target(kind, Key(one)) for name, (kind, one) in pointed.items() if one in ours[kind]}
    return Own(
        entries={key: one for (kind, key), one in claimed.items() if one is not None and one in ours.get(kind, ())},
        targets=targets,
        ids={target.key: UUID(target.key) for target in targets.values()},
    )


def _known(session: Session, kind: str, ids: set[UUID]) -> frozenset[UUID]:
    """One question for each type, of which there are eight."""
    query = sa.select(KEPT_IN[kind]).where(KEPT_IN[kind].in_(ids))
    return frozenset(session.scalars(query.where(Person.kind == KINDS[kind]) if kind in KINDS else query))
