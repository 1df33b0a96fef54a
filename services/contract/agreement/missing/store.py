"""Contracts by what they lack, longest first, in pages; and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contract.agreement.missing.domain import Missing
from services.contract.agreement.missing.tables import Lack
from services.contract.agreement.tables import Contract
from services.contract.named_contact.uncovered.store import not_over
from services.contract.named_contact.uncovered.tables import ContactGap
from shared.context import Ctx
from shared.db import among
from shared.web.marks import Mark

ALL = "all"
MOST_COUNTED = 999
"""Nobody needs to know more exactly, and counting further would take longer the more there are."""
IS_OPEN = Contract.state != sa.literal_column("'ended'")
"""Written out, so that the planner knows its index."""


def marks(ctx: Ctx, unit_ids: Collection[UUID], what: Missing | None, after: Mark | None, limit: int) -> list[Mark]:
    """Since when each of these units' contracts has lacked ``what``, and its id, the longest first, from ``after`` on;
    with ``what`` None every contract, since it was opened."""
    query, order = _lacking(ctx, unit_ids, what)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*after))
    return [(since, key) for since, key in ctx.session.execute(query.order_by(*order).limit(limit))]


def counts(ctx: Ctx, unit_ids: Collection[UUID]) -> dict[str, int]:
    """How many contracts lack each, and how many there are; ``MOST_COUNTED + 1`` stands for more."""
    kinds: Sequence[Missing | None] = (*Missing, None)
    numbers = [_number(_lacking(ctx, unit_ids, what)[0], what or ALL) for what in kinds]
    return dict(ctx.session.execute(sa.select(*numbers)).one()._mapping)


def lacks(ctx: Ctx, contract_ids: Collection[UUID]) -> dict[UUID, list[Lack]]:
    """What each of these contracts lacks now."""
    found: dict[UUID, list[Lack]] = {key: [] for key in contract_ids}
    query = sa.select(Lack).where(among(Lack.contract_id, contract_ids), Lack.since <= ctx.now)
    for row in ctx.session.scalars(query):
        found[row.contract_id].append(row)
    return found


def _number(query: sa.Select[Any], name: str) -> sa.Label[int]:
    few = query.limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(few).scalar_subquery().label(name)


def _lacking(
    ctx: Ctx, unit_ids: Collection[UUID], what: Missing | None
) -> tuple[sa.Select[Any], tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]]:
    """The contracts that lack it, and what they stand in order by: since when, and their id."""
    order: tuple[Any, Any] = (Contract.opened_at, Contract.id)
    query: Any = sa.select(*order).where(among(Contract.unit_id, unit_ids), IS_OPEN)
    if what is Missing.CONTACT:
        order = (ContactGap.starts, ContactGap.contract_id)
        now = ContactGap.starts <= ctx.now, not_over(ctx.now)
        needed = sa.select(sa.and_(Contract.needs_contact, IS_OPEN)).where(Contract.id == ContactGap.contract_id)
        query = sa.select(*order).where(among(ContactGap.unit_id, unit_ids), *now, needed.scalar_subquery())
    elif what is not None:
        order = (Lack.since, Lack.contract_id)
        query = sa.select(*order).where(Lack.what == what.value, among(Lack.unit_id, unit_ids), Lack.since <= ctx.now)
    return query, order
