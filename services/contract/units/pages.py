"""The units as their admins see them: a list that shows what is missing, and one form."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from services.contract.units import actions, store
from services.contract.units.domain import BREAK_GLASS_MINUTES, CONTACT_LIMIT, WEEKDAYS, has_floor, run_by, write_hours
from services.contract.units.schemas import HoursForm, OwnForm, UnitForm
from shared.context import Ctx
from shared.errors import NotFound
from shared.events import OpenHours, UnitChanged
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("units", __name__, url_prefix="/contract/units", template_folder="templates")

SAID = {"saved": _l("The unit is saved. It holds from now on.")}
UNREVIEWED: list[Callable[[Session, Collection[UUID]], Mapping[UUID, int]]] = []
"""Tells of which of these units nobody reviews the log, and how much waits there."""
DAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))


def by_unit(ctx: Ctx, unit_id: UUID) -> Subject | None:
    return Subject(unit_id=unit_id) if store.get(ctx.session, unit_id) else None


@pages.get("")
@policy("unit", "list run", Who.ADMIN)
def list_(ctx: Ctx) -> Response:
    units = [store.facts(unit) for unit in store.listed(ctx.session, run_by(ctx.viewer.roles))]
    unreviewed = _unreviewed(ctx, [unit.unit_id for unit in units])
    return page(ctx, "units/list.html", units=units, has_floor=has_floor, unreviewed=unreviewed)


@pages.get("/<uuid:unit_id>")
@policy("unit", "change", Who.ADMIN, about=by_unit)
def show(ctx: Ctx, unit_id: UUID) -> Response:
    return _form(ctx, _facts(ctx, unit_id))


@pages.post("/<uuid:unit_id>")
@policy("unit", "change", Who.ADMIN, about=by_unit)
def save(ctx: Ctx, unit_id: UUID) -> Response:
    known = _facts(ctx, unit_id)
    data, errors = read_form(UnitForm())
    hours, wrong_hours = read_form(HoursForm())
    own, wrong_own = read_form(OwnForm())
    errors |= wrong_hours | wrong_own
    if not errors and data["head_id"] and data["head_id"] not in ctx.directory.staff_of(ctx.session, unit_id):
        errors = {"head_id": [_l("Choose one from the list.")]}
    if not errors:
        facts = dataclasses.replace(known, **data, hours=_week(hours, "open"), duty_hours=_week(hours, "duty"))
        errors = tried(ctx, partial(_save, ctx, facts, **own))
    return _form(ctx, known, errors) if errors else back("/contract/units", said="units.saved")


def _save(
    ctx: Ctx, facts: UnitChanged, *, contact_limit: int | None, break_glass_minutes: int | None, code_by_mail: bool
) -> None:
    actions.change_unit(ctx, facts)
    actions.let_sign_in_by_code(ctx, facts.unit_id, code_by_mail)
    if contact_limit is not None:
        actions.set_contact_limit(ctx, facts.unit_id, contact_limit)
    if break_glass_minutes is not None:
        actions.set_break_glass_minutes(ctx, facts.unit_id, break_glass_minutes)


def _facts(ctx: Ctx, unit_id: UUID) -> UnitChanged:
    unit = store.get(ctx.session, unit_id)
    if unit is None:
        raise NotFound
    return store.facts(unit)


def _unreviewed(ctx: Ctx, unit_ids: list[UUID]) -> dict[UUID, int]:
    return {unit: count for ask in UNREVIEWED for unit, count in ask(ctx.session, unit_ids).items()}


def _week(hours: dict[str, Any], kind: str) -> tuple[OpenHours, ...]:
    return tuple(stretch for day in WEEKDAYS for stretch in hours[f"{kind}_{day}"])


def _form(ctx: Ctx, unit: UnitChanged, errors: Errors | None = None) -> Response:
    people = ctx.directory.people(ctx.session, ctx.directory.staff_of(ctx.session, unit.unit_id))
    heads = sorted(((one.person_id, one.name) for one in people.values()), key=lambda choice: choice[1])
    written = {
        kind: [(f"{kind}_{day}", DAYS[day], write_hours(hours, day)) for day in WEEKDAYS]
        for kind, hours in (("open", unit.hours), ("duty", unit.duty_hours))
    }
    values = {"unit": unit, "heads": [("", _l("Nobody yet")), *heads], "written": written}
    kept = store.get(ctx.session, unit.unit_id)
    values["limit"] = kept.contact_limit if kept else CONTACT_LIMIT
    values["minutes"] = kept.break_glass_minutes if kept else BREAK_GLASS_MINUTES
    values["unreviewed"] = _unreviewed(ctx, [unit.unit_id])
    values["code_by_mail"] = kept is not None and kept.code_by_mail
    return page(ctx, "units/form.html", status=422 if errors else 200, errors=errors or {}, **values)
