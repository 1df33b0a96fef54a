"""Care units as JSON: where one works, and for their admins to make and change."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from services.contract.units import actions, store
from services.contract.units.schemas import UnitBody, UnitJson
from services.contract.units.tables import CareUnit
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import UnitChanged
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("units", __name__, "Care units: hours, the numbers that are answered, the head.")


def by_unit(ctx: Ctx, unit_id: UUID) -> Subject | None:
    return Subject(unit_id=unit_id) if store.get(ctx.session, unit_id) else None


def _unit(ctx: Ctx, unit_id: UUID) -> dict[str, Any]:
    unit = store.get(ctx.session, unit_id)
    if unit is None:
        raise NotFound
    return _shown(unit)


def _shown(unit: CareUnit) -> dict[str, Any]:
    """What everybody is told of it, and what only contract needs to know."""
    return {**asdict(store.facts(unit)), "break_glass_minutes": unit.break_glass_minutes}


UNIT = Resource(UnitJson, of=_unit, hold=lambda ctx, unit_id: store.for_change(ctx.session, unit_id=unit_id))


@api.list("", UnitJson)
@policy("unit", "list", Who.STAFF, Who.ADMIN)
def list_units(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """The units where one works."""
    page: Page = asked["page"]
    mine = {role.unit_id for role in ctx.viewer.roles}
    rows = store.page(ctx.session, mine, UUID(page.after[0]) if page.after else None, page.more)
    return page.of([_shown(row) for row in rows], lambda unit: [str(unit["unit_id"])])


@api.read("/<uuid:unit_id>", UNIT)
@policy("unit", "read", Who.STAFF, Who.ADMIN, about=by_unit)
def read_unit(ctx: Ctx, unit_id: UUID) -> None:
    """One unit."""


@api.create("", UNIT, UnitBody)
@policy("unit", "create", Who.ADMIN)
def create_unit(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """A new unit. Whoever makes it is its first admin."""
    minutes, facts = data.pop("break_glass_minutes"), UnitChanged(unit_id=uuid4(), **data)
    _check_head(ctx, facts)
    unit_id = actions.make_unit(ctx, facts)
    actions.set_break_glass_minutes(ctx, unit_id, minutes)
    return {"unit_id": unit_id}


@api.change("/<uuid:unit_id>", UNIT, UnitBody)
@policy("unit", "change", Who.ADMIN, about=by_unit)
def change_unit(ctx: Ctx, data: dict[str, Any], unit_id: UUID) -> None:
    """Let the unit be exactly so."""
    minutes, facts = data.pop("break_glass_minutes"), UnitChanged(unit_id=unit_id, **data)
    _check_head(ctx, facts)
    actions.change_unit(ctx, facts)
    actions.set_break_glass_minutes(ctx, unit_id, minutes)


def _check_head(ctx: Ctx, facts: UnitChanged) -> None:
    if facts.head_id and facts.head_id not in ctx.directory.staff_of(ctx.session, facts.unit_id):
        raise Refused(_l("Choose one from the list."), field="head_id")
