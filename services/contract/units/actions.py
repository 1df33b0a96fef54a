"""What is done with care units. Each verb tells ``UnitChanged`` only when something became different."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from services.contract.units import store
from services.contract.units.domain import CONTACT_LIMIT, DEFAULT_HOURS, HOME_ZONE, LONGEST_NAME, plain_hours
from services.contract.units.tables import CareUnit
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import OpenHours, UnitChanged
from shared.i18n import _l
from shared.phone import readable
from shared.time import zone_of

SENSITIVE: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that what a unit writes is sensitive from now on: called with the unit."""
MADE: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that somebody has made a unit: called with the unit."""


def make_unit(ctx: Ctx, facts: UnitChanged) -> UUID:
    """A new unit that is as ``facts`` says, under an id of its own."""
    unit = _found_or_new(ctx, None, facts.name)
    change_unit(ctx, dataclasses.replace(facts, unit_id=unit.id))
    for react in MADE:
        react(ctx, unit.id)
    return unit.id


def save_unit(
    ctx: Ctx,
    *,
    key: str | None,
    name: str,
    zone: str = HOME_ZONE,
    phone: str = "",
    floor_number: str = "",
    duty_line: str | None = None,
    hours: tuple[OpenHours, ...] | None = None,
    duty_hours: tuple[OpenHours, ...] | None = None,
    head_id: UUID | None = None,
    neutral: bool = False,
) -> UUID:
    """Make the unit with this key or bring the known one up to date; without a key always a new one.

    What is left out stays as it is (a new unit gets weekdays 07.30–16.30 and no duty line), so a record that knows
    less than we do takes nothing away. ``neutral`` is only ever raised here. Numbers are kept as people read them.
    """
    unit = _found_or_new(ctx, key, name)
    known = store.facts(unit)
    told: dict[str, Any] = {
        "name": name,
        "zone": zone,
        "phone": phone,
        "floor_number": floor_number,
        "duty_line": duty_line,
        "hours": hours,
        "duty_hours": duty_hours,
        "head_id": head_id,
        "neutral": neutral,
    }
    given = {field: value for field, value in told.items() if value not in (None, "", False)}
    return change_unit(ctx, dataclasses.replace(known, **given))


def change_unit(ctx: Ctx, facts: UnitChanged) -> UUID:
    """Let the unit be exactly as ``facts`` says. Raises ``NotFound`` for an unknown unit, ``Refused`` for a name or
    a time zone that can't be."""
    unit = _held(ctx, facts.unit_id)
    before = None if unit.name == "" else store.facts(unit)
    for field, value in _columns(_checked(facts)).items():
        setattr(unit, field, value)
    if before and before.name not in (unit.name, *unit.names_before):
        unit.names_before = [*unit.names_before, before.name]
    ctx.session.flush()
    if (after := store.facts(unit)) != before:
        ctx.tell(after)
    for react in SENSITIVE if after.sensitive and not (before and before.sensitive) else ():
        react(ctx, unit.id)
    return unit.id


def set_contact_limit(ctx: Ctx, unit_id: UUID, limit: int) -> None:
    """How many patients one named contact here should have at most. Above it admins are warned; the others need not know."""
    _held(ctx, unit_id).contact_limit = limit


def set_break_glass_minutes(ctx: Ctx, unit_id: UUID, minutes: int) -> None:
    """How long somebody of this unit may read a patient's pages in an emergency, an hour at most. What is open stays so."""
    _held(ctx, unit_id).break_glass_minutes = minutes


def let_sign_in_by_code(ctx: Ctx, unit_id: UUID, allowed: bool) -> None:
    """Whether this unit's patients may sign in by a code that is sent to them. Holds from the next that is asked for."""
    _held(ctx, unit_id).code_by_mail = allowed


def _held(ctx: Ctx, unit_id: UUID) -> CareUnit:
    unit = store.for_change(ctx.session, unit_id=unit_id)
    if unit is None:
        raise NotFound
    return unit


def _found_or_new(ctx: Ctx, key: str | None, name: str) -> CareUnit:
    """The unit, locked. A new row has no name yet: that is how ``change_unit`` knows that nobody was told of it."""
    if not name.strip():
        raise Refused(_l("Write a name for the unit."), field="name")
    unit_id = uuid4()
    blank = UnitChanged(
        unit_id=unit_id,
        name="",
        zone=HOME_ZONE,
        phone="",
        floor_number="",
        duty_line=None,
        head_id=None,
        hours=DEFAULT_HOURS,
        duty_hours=(),
    )
    row = insert(CareUnit).values(id=unit_id, key=key, contact_limit=CONTACT_LIMIT, **_columns(blank))
    ctx.session.execute(row.on_conflict_do_nothing(index_elements=["key"]))
    unit = store.for_change(ctx.session, key=key) if key else store.for_change(ctx.session, unit_id=unit_id)
    assert unit is not None  # noqa: S101 - inserted above, or there already
    return unit


def _checked(facts: UnitChanged) -> UnitChanged:
    name = " ".join(facts.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_l("Write a name for the unit."), field="name")
    try:
        zone_of(facts.zone)
    except ValueError:
        raise Refused(_l("There is no such time zone."), field="zone") from None
    return dataclasses.replace(
        facts,
        name=name,
        neutral=facts.neutral or facts.sensitive,
        phone=readable(facts.phone),
        floor_number=readable(facts.floor_number),
        duty_line=readable(facts.duty_line or "") or None,
    )


def _columns(facts: UnitChanged) -> dict[str, Any]:
    plain = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts) if field.name != "unit_id"}
    extra_closed = [day.isoformat() for day in facts.extra_closed]
    hours = {"hours": plain_hours(facts.hours), "duty_hours": plain_hours(facts.duty_hours)}
    return {**plain, **hours, "extra_closed": extra_closed}
