"""The measures of one unit on a page, with their definitions, and of all one's units as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement.measures import store
from services.contract.agreement.measures.domain import MINUTES, SMALL, Counted, Shown, all_shown
from services.contract.agreement.measures.words.domain import DEFINITIONS, Definition
from shared.context import Ctx
from shared.errors import NotFound
from shared.events import UnitChanged
from shared.i18n import _l, speaking
from shared.policy import Who, policy
from shared.sheet import sheet
from shared.web.pages import page

pages = Blueprint("measures", __name__, url_prefix="/contract/measures", template_folder="templates")
HEADS = (
    _l("Unit"),
    _l("Measure"),
    _l("What is counted"),
    _l("Of what"),
    _l("Count"),
    _l("Of"),
    _l("Share or mean"),
)
TOO_FEW = _l("Too few to show")

Row = tuple[str, Definition, Shown]
"""The measure's key, its definition, and what may be shown of it."""


@pages.get("")
@policy("measures", "read", Who.STAFF, Who.ADMIN)
def show(ctx: Ctx) -> Response:
    """One unit's measures, for its admins and its head."""
    units = _units(ctx)
    unit = units.get(request.args.get("unit", "")) or next(iter(units.values()))
    return page(
        ctx,
        "measures/show.html",
        units=[(key, one.name) for key, one in units.items()],
        unit=unit,
        rows=_rows(unit, store.counted(ctx.session, [unit.unit_id])),
        mean=MINUTES,
        small=SMALL,
    )


@pages.get("/measures.csv")
@policy("measures", "export", Who.STAFF, Who.ADMIN)
def file(ctx: Ctx) -> Response:
    """The same of all units one runs, a row each, as a spreadsheet reads it."""
    units = _units(ctx)
    counted = store.counted(ctx.session, [one.unit_id for one in units.values()])
    with speaking(ctx.language):
        text = sheet(
            [HEADS, *(_cells(unit, row) for unit in units.values() for row in _rows(unit, counted))], separator=","
        )
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="measures.csv"'
    return response


def _units(ctx: Ctx) -> dict[str, UnitChanged]:
    """The units that the viewer runs, by id as it stands in an address; ``NotFound`` without any."""
    run = store.units_run(ctx)
    if not run:
        raise NotFound
    return {str(unit_id): unit for unit_id, unit in run.items()}


def _rows(unit: UnitChanged, counted: dict[tuple[UUID, str], Counted]) -> list[Row]:
    here = {key: one for (unit_id, key), one in counted.items() if unit_id == unit.unit_id}
    return [(key, DEFINITIONS[key], found) for key, found in all_shown(here).items()]


def _cells(unit: UnitChanged, row: Row) -> tuple[object, ...]:
    _key, (name, numerator, denominator), found = row
    share = None if found.share is None else f"{found.share:.3f}"
    numbers = [TOO_FEW if number is None else number for number in (found.numerator, found.denominator, share)]
    return (unit.name, name, numerator, denominator, *numbers)
