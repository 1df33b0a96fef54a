"""The questions asked about care units."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.units.domain import names_unit, stored_hours
from services.contract.units.tables import CareUnit
from shared.context import Ctx
from shared.db import among
from shared.events import UnitChanged
from shared.relations import at_work, closed_to
from shared.time import to_local


def today_at(ctx: Ctx, unit_id: UUID) -> date:
    """The day it is at a unit."""
    unit = ctx.directory.unit(ctx.session, unit_id)
    return to_local(ctx.now, unit.zone if unit else "UTC").date()


def get(session: Session, unit_id: UUID) -> CareUnit | None:
    return session.get(CareUnit, unit_id)


def for_change(session: Session, *, unit_id: UUID | None = None, key: str | None = None) -> CareUnit | None:
    """The unit by id or by key, locked until the transaction ends."""
    which = CareUnit.id == unit_id if unit_id else CareUnit.key == key
    return session.scalars(sa.select(CareUnit).where(which).with_for_update()).one_or_none()


def listed(session: Session, unit_ids: Collection[UUID]) -> list[CareUnit]:
    """These units by name."""
    query = sa.select(CareUnit).where(among(CareUnit.id, unit_ids))
    return sorted(session.scalars(query), key=lambda unit: (unit.name.casefold(), unit.id))


def page(session: Session, unit_ids: Collection[UUID], after: UUID | None, limit: int) -> list[CareUnit]:
    """These units by id, from the one after ``after`` on."""
    query = sa.select(CareUnit).where(among(CareUnit.id, unit_ids))
    if after is not None:
        query = query.where(CareUnit.id > after)
    return list(session.scalars(query.order_by(CareUnit.id).limit(limit)))


def facts(unit: CareUnit) -> UnitChanged:
    """The unit as everybody else knows it."""
    return UnitChanged(
        unit_id=unit.id,
        name=unit.name,
        zone=unit.zone,
        phone=unit.phone,
        floor_number=unit.floor_number,
        duty_line=unit.duty_line,
        head_id=unit.head_id,
        hours=stored_hours(unit.hours),
        duty_hours=stored_hours(unit.duty_hours),
        closed_on_holidays=unit.closed_on_holidays,
        extra_closed=tuple(date.fromisoformat(day) for day in unit.extra_closed),
        neutral=unit.neutral,
        sensitive=unit.sensitive,
    )


def own_alone(ctx: Ctx, before: Collection[str] = ()) -> list[str]:
    """The sensitive units where the viewer works: what they write is for nobody else until the patient says so (B10). So are
    those among ``before``, whose own it was: that the patient shares it lets others write in it, and not open it to more."""
    return sensitive_among(ctx, {*at_work(ctx.viewer.roles), *map(UUID, before)})


def sensitive_among(ctx: Ctx, unit_ids: Collection[UUID]) -> list[str]:
    units = ctx.directory.units(ctx.session, unit_ids)
    return sorted(str(unit_id) for unit_id, unit in units.items() if unit.sensitive)


def sensitive_named(session: Session, text: str) -> list[str]:
    """The sensitive units that a text names, as somebody writes who is responsible; by what they were called before too."""
    if not text.strip():
        return []
    query = sa.select(CareUnit.id, CareUnit.name, CareUnit.names_before).where(CareUnit.sensitive)
    return sorted(str(row.id) for row in session.execute(query) if names_unit(text, (row.name, *row.names_before)))


def hidden_from(ctx: Ctx, unit_ids: Collection[UUID]) -> set[UUID]:
    """Those of these units of which the viewer, as staff, sees nothing: sensitive ones where they don't work."""
    units = ctx.directory.units(ctx.session, unit_ids)
    return {unit_id for unit_id, unit in units.items() if closed_to(ctx, unit)}
