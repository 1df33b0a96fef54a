"""Keeps the times in which nobody answers for a contract."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from services.contract.named_contact import store
from services.contract.named_contact.uncovered.domain import AS_FAR_AS_KNOWN, gaps
from services.contract.named_contact.uncovered.tables import ContactGap
from shared.context import Ctx
from shared.db import insert_all


def note_gaps(ctx: Ctx, contract_ids: Collection[UUID]) -> None:
    """Work out anew when nobody answers for these contracts. Their covers are held, so that two who change what decides it
    wait for each other."""
    kept = store.covers(ctx.session, contract_ids)
    ctx.session.execute(sa.delete(ContactGap).where(ContactGap.contract_id.in_(contract_ids)))
    covers = ctx.directory.covers_of(ctx.session, [one.contract_id for one in kept if one.ended_at is None])
    rows = [
        {"contract_id": facts.contract_id, "starts": gap.starts, "ends": gap.ends, "unit_id": facts.unit.unit_id}
        for facts in covers.values()
        for gap in gaps(facts, ctx.now, AS_FAR_AS_KNOWN)
    ]
    insert_all(ctx.session, cast(sa.Table, ContactGap.__table__), rows)


def note_gaps_of(ctx: Ctx, person_id: UUID) -> None:
    """The same for every contract that may lead to this person."""
    if touched := ctx.directory.contracts_touched_by(ctx.session, person_id):
        note_gaps(ctx, touched)
