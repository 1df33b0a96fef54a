"""The page "Who has looked" of one service, for the patient alone: as a page, a part of another page, a file and on paper."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from shared.audit.looked import store
from shared.audit.looked.domain import Act, Looked, by_day, folded
from shared.audit.looked.reading import told
from shared.context import Ctx
from shared.i18n import _l, speaking
from shared.i18n.words import HOME_ZONE
from shared.policy import Subject, Who, policy
from shared.sheet import sheet
from shared.time import to_instant, zone_of
from shared.web import marks
from shared.web.forms import Day
from shared.web.pages import page

PAGE = 40
IN_A_FILE = 20_000
"""More than anybody's log of years; a file says so when it holds no more."""
PARTS = {
    "contract": _l("The agreement, the plan and who I am"),
    "selfcare": _l("My times"),
    "notify": _l("My messages and questions"),
}
HEADS = (_l("Day"), _l("Time"), _l("Who"), _l("Role"), _l("Unit"), _l("What"), _l("Why"))
LAST_ID = 2**63 - 1


class AskedFor(Schema):
    """What a link of the page may ask for; what can't be read is as if nobody had asked."""

    class Meta:
        unknown = EXCLUDE

    since = Day(load_default=None)
    until = Day(load_default=None)
    unit = fields.UUID(load_default=None)
    everything = fields.Boolean(load_default=False)


def mine(ctx: Ctx) -> Subject | None:
    """The viewer's own log: nobody else's, whoever they help."""
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


@policy("access log", "read", Who.PATIENT, about=mine, log="looked at who has looked")
def show(ctx: Ctx) -> Response:
    """A page of it, newest first; inside another page without the head and the form."""
    asked, zone, me = _asked(), _zone(ctx), _me(ctx)
    rows = store.acts(ctx.session, me, _limits(asked, zone), _after(), PAGE + 1)
    units = ctx.directory.units(ctx.session, store.units_of(ctx.session, me))
    named = sorted((unit.name, str(key)) for key, unit in units.items())
    further = marks.written((rows[PAGE - 1].at, UUID(int=rows[PAGE - 1].id))) if len(rows) > PAGE else None
    return page(
        ctx,
        "looked/show.html",
        **_frame(ctx, asked, zone, rows[:PAGE]),
        units=[(key, name) for name, key in named],
        more=f"{url_for('.show')}?{_query(asked, after=further)}" if further else None,
    )


@policy("access log", "export", Who.PATIENT, about=mine, log="took out who has looked as a file")
def file(ctx: Ctx) -> Response:
    """All that is asked for, for a spreadsheet."""
    zone = _zone(ctx)
    with speaking(ctx.language):
        text = sheet([HEADS, *(_cells(one, zone) for one in told(ctx, _all(ctx, _asked(), zone)))])
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="log.csv"'
    return response


@policy("access log", "print", Who.PATIENT, about=mine, log="took out who has looked on paper")
def paper(ctx: Ctx) -> Response:
    """The same to print or to read through."""
    asked, zone = _asked(), _zone(ctx)
    return page(ctx, "looked/paper.html", **_frame(ctx, asked, zone, _all(ctx, asked, zone)), most=IN_A_FILE)


def looked_pages(service: str) -> Blueprint:
    """The report of one service, under its own address."""
    pages = Blueprint("looked", __name__, url_prefix=f"/{service}/looked", template_folder="templates")
    pages.get("")(show)
    pages.get("/file.csv")(file)
    pages.get("/paper")(paper)
    return pages


def _me(ctx: Ctx) -> UUID:
    return ctx.viewer.person_id or UUID(int=0)


def _zone(ctx: Ctx) -> ZoneInfo:
    person = ctx.directory.person(ctx.session, _me(ctx))
    return zone_of(person.zone) if person else HOME_ZONE


def _asked() -> dict[str, Any]:
    schema, nothing = AskedFor(), AskedFor().load({})
    try:
        return {**nothing, **schema.load({name: value for name, value in request.args.items() if value})}
    except ValidationError as error:
        return {**nothing, **cast("dict[str, Any]", error.valid_data)}


def _after() -> store.Mark | None:
    after = marks.read(request.args.get("after"))
    return (after[0], min(after[1].int, LAST_ID)) if after else None


def _limits(asked: dict[str, Any], zone: ZoneInfo) -> store.Asked:
    def begin(day: date | None, days: int = 0) -> datetime | None:
        return to_instant(datetime.combine(day + timedelta(days=days), time()), zone.key) if day else None

    return store.Asked(begin(asked["since"]), begin(asked["until"], 1), asked["unit"], asked["everything"])


def _all(ctx: Ctx, asked: dict[str, Any], zone: ZoneInfo) -> list[Act]:
    return store.acts(ctx.session, _me(ctx), _limits(asked, zone), None, IN_A_FILE)


def _cells(one: Looked, zone: ZoneInfo) -> tuple[object, ...]:
    local = one.at.astimezone(zone)
    return (local.date(), f"{local:%H:%M}", one.who, one.part, one.unit, one.what, one.why)


def _unit_name(ctx: Ctx, unit_id: UUID | None) -> str:
    unit = ctx.directory.units(ctx.session, {unit_id}).get(unit_id) if unit_id else None
    return unit.name if unit else ""


def _query(asked: dict[str, Any], **more: Any) -> str:
    return urlencode({name: "1" if value is True else value for name, value in {**asked, **more}.items() if value})


def _frame(ctx: Ctx, asked: dict[str, Any], zone: ZoneInfo, rows: list[Act]) -> dict[str, Any]:
    """What the page shows of these rows, and where it leads."""
    with speaking(ctx.language):
        days = by_day(told(ctx, folded(rows, zone)), zone)
    return {
        "days": days,
        "zone": zone,
        "asked": asked,
        "chosen_unit": _unit_name(ctx, asked["unit"]),
        "query": _query(asked),
        "other_view": _query({**asked, "everything": not asked["everything"]}),
        "part": PARTS[ctx.service],
        "others": [(f"/{name}/looked", text) for name, text in PARTS.items() if name != ctx.service],
        "together": ctx.service == "contract",
    }
