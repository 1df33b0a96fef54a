"""Which contracts lead to nobody, the soonest first, in pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from services.contract.named_contact.load.store import counts
from services.contract.named_contact.uncovered.domain import LOOK_AHEAD, Uncovered, uncovered
from services.contract.named_contact.uncovered.tables import ContactGap
from services.contract.people import store as people
from shared.context import Ctx
from shared.db import among
from shared.web.marks import Mark


def not_over(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(ContactGap.ends.is_(None), ContactGap.ends > now)


def ahead(ctx: Ctx, unit_ids: Collection[UUID], after: Mark | None, limit: int) -> list[ContactGap]:
    """The first gap of each contract of these units that has one now or in the next two weeks."""
    earlier = aliased(ContactGap)
    same = earlier.contract_id == ContactGap.contract_id, earlier.starts < ContactGap.starts
    before = sa.exists().where(*same, sa.or_(earlier.ends.is_(None), earlier.ends > ctx.now))
    query = sa.select(ContactGap).where(among(ContactGap.unit_id, unit_ids), not_over(ctx.now), ~before)
    query = query.where(ContactGap.starts < ctx.now + LOOK_AHEAD)
    order = ContactGap.starts, ContactGap.contract_id
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*after))
    return list(ctx.session.scalars(query.order_by(*order).limit(limit)))


def explained(ctx: Ctx, found: Collection[ContactGap]) -> list[Uncovered]:
    """Why nobody answers for these contracts, and who could; in their order."""
    covers = ctx.directory.covers_of(ctx.session, [one.contract_id for one in found])
    units = {facts.unit.unit_id for facts in covers.values()}
    staff = people.works_at(ctx.session, units)
    away = ctx.directory.absences(ctx.session, {one for there in staff.values() for one in there})
    every = [covers[one.contract_id] for one in found if one.contract_id in covers]
    load = counts(ctx, units)
    patients = {person: number for (_unit, person), number in load.items()}
    known = [replace(facts, absences={**away, **facts.absences}) for facts in every]
    return uncovered(known, staff, patients, ctx.now)
