"""What a viewer may see, as sets: the same rights as the gate's, asked once for a whole search."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.register import tables as register
from shared.register.grants import active
from shared.relations import part_in

SEE_CONTRACT, SEE_TIMES = "see_contract", "see_times"


@dataclass(frozen=True)
class Reach:
    """``covers`` of the contracts that are the viewer's as patient, delegate, contact or deputy, or were lately;
    ``patients`` are theirs, and themselves; ``units`` where they work, ``run`` where they are admin; ``granted`` whose
    delegations they see."""

    person_id: UUID | None
    covers: dict[UUID, CoverFacts]
    patients: frozenset[UUID]
    granted: frozenset[UUID]
    units: frozenset[UUID]
    run: frozenset[UUID]

    def staff(self) -> set[UUID]:
        """Everybody whom these contracts lead to, or may lead to while somebody is away."""
        found = {facts.unit.head_id for facts in self.covers.values()}
        for facts in self.covers.values():
            for one in facts.appointments:
                away = facts.absences.get(one.person_id, ())
                found |= {one.person_id, one.deputy_id, *(absence.deputy_id for absence in away)}
        return {person for person in found if person is not None}

    def places(self) -> set[UUID]:
        """The units of these contracts, and of those whom they lead to."""
        every = self.covers.values()
        return {facts.unit.unit_id for facts in every} | {one.unit_id for facts in every for one in facts.appointments}


def reach(ctx: Ctx, scope: str = SEE_CONTRACT) -> Reach:
    """What the viewer reaches now; as a delegate, what they are let do by ``scope``."""
    me = ctx.viewer.person_id
    if me is None:
        return Reach(None, {}, frozenset(), frozenset(), frozenset(), frozenset())
    own = {me} if ctx.viewer.kind == "patient" else set()
    represented = _represented(ctx, me, scope)
    touched = set(ctx.directory.contracts_touched_by(ctx.session, me))
    covers = ctx.directory.covers_of(ctx.session, touched | _contracts_of(ctx, own | represented))
    mine = {
        contract_id: facts
        for contract_id, facts in covers.items()
        if facts.patient_id in own | represented or part_in(ctx, facts, me)
    }
    answered = {facts.patient_id for facts in mine.values()} - represented
    return Reach(
        person_id=me,
        covers=mine,
        patients=frozenset(own | represented | answered),
        granted=frozenset(own | answered),
        units=frozenset(role.unit_id for role in ctx.viewer.roles),
        run=frozenset(run_by(ctx.viewer.roles)),
    )


def _represented(ctx: Ctx, me: UUID, scope: str) -> set[UUID]:
    grant = register.delegate.c
    query = sa.select(grant.patient_id).where(grant.delegate_id == me, grant.scopes.contains([scope]))
    return set(ctx.session.scalars(query.where(*active(ctx.now))))


def _contracts_of(ctx: Ctx, patients: set[UUID]) -> set[UUID]:
    cover = register.cover.c
    return set(ctx.session.scalars(sa.select(cover.contract_id).where(cover.patient_id.in_(patients))))
