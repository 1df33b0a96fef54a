"""Checking a unit's log: the checks that were made, a new sample, and what was found in it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from marshmallow import Schema, ValidationError

from shared.audit.looked.reading import told
from shared.audit.review import actions, store
from shared.audit.review.domain import WHY, Reason
from shared.audit.review.schemas import DrawForm, ReviewForm
from shared.audit.review.store import Row
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l, speaking
from shared.policy import Subject, Who, policy
from shared.web import marks
from shared.web.forms import Errors, in_words, read_form, tried
from shared.web.pages import back, page

PAGE = 20
SAID = {"documented": _l("The check is written down.")}
USUAL = timedelta(days=7)
SERVICES = {
    "contract": _l("Agreements, plans and people"),
    "selfcare": _l("Times and treatment"),
    "notify": _l("Messages and questions"),
}
"""What the log of each service is about."""


def by_unit(ctx: Ctx, unit_id: UUID, **_more: UUID) -> Subject | None:
    return Subject(unit_id=unit_id) if ctx.directory.unit(ctx.session, unit_id) else None


@policy("access log review", "list", Who.AUDITOR)
def list_(ctx: Ctx, errors: Errors | None = None) -> Response:
    """The checks made at the units where the viewer checks, and a way to begin a new one."""
    units = {role.unit_id for role in ctx.viewer.roles if role.role == "auditor"}
    rows = store.reviews(ctx.session, units, marks.read(request.args.get("after")), PAGE + 1)
    last = marks.written((rows[PAGE - 1].at, rows[PAGE - 1].id)) if len(rows) > PAGE else None
    names = ctx.directory.units(ctx.session, units)
    today = ctx.now.date()
    return page(
        ctx,
        "log_review/list.html",
        **_frame(ctx),
        reviews=rows[:PAGE],
        units={key: unit.name for key, unit in names.items()},
        choices=sorted(((str(key), unit.name) for key, unit in names.items()), key=lambda one: one[1]),
        people=ctx.directory.people(ctx.session, {row.reviewer_id for row in rows}),
        draw={"first": today - USUAL, "last": today - timedelta(days=1), "seed": secrets.token_hex(4)},
        more=last and url_for(".list_", after=last),
    )


@policy("access log review", "list", Who.AUDITOR)
def choose(ctx: Ctx) -> Response:
    """To the sample of the unit that was chosen; without one, back to choose it."""
    unit_id = request.args.get("unit", None, type=UUID)
    if unit_id is None:
        return back(url_for(".list_"))
    asked: dict[str, Any] = {name: request.args.get(name) for name in DrawForm().fields}
    return back(url_for(".sample", unit_id=unit_id, **asked))


@policy("access log", "check", Who.AUDITOR, about=by_unit, log="checked who has looked")
def sample(ctx: Ctx, unit_id: UUID) -> Response:
    """The sample that was asked for, to be looked through."""
    return _sample(ctx, unit_id, *_loaded(DrawForm()))


@policy("access log", "review", Who.AUDITOR, about=by_unit, log="documented a check of who has looked")
def document(ctx: Ctx, unit_id: UUID) -> Response:
    data, errors = read_form(ReviewForm())
    if not errors:
        errors = tried(ctx, lambda: actions.document(ctx, unit_id, **data))
    if errors:
        return _sample(ctx, unit_id, read_form(DrawForm())[0], errors)
    return back(url_for(".list_"), said="log_review.documented")


@policy("access log review", "read", Who.AUDITOR, about=by_unit, log="checked who has looked")
def show(ctx: Ctx, unit_id: UUID, review_id: UUID) -> Response:
    """One check: its sample, and what was found."""
    found = store.review(ctx.session, unit_id, review_id)
    if found is None:
        raise NotFound
    rows = store.by_ids(ctx.session, found.sample)
    ctx.saw(row.patient_id for row in rows)
    reviewer = ctx.directory.person(ctx.session, found.reviewer_id)
    shown = {"review": found, "rows": _told(ctx, rows), "reviewer": reviewer.name if reviewer else ""}
    return page(ctx, "log_review/show.html", **_frame(ctx), **shown, unit=_name(ctx, unit_id))


def review_pages(service: str) -> Blueprint:
    """The checks of one service's log, under its own address."""
    pages = Blueprint("log_review", __name__, url_prefix=f"/{service}/looked/reviews", template_folder="templates")
    pages.get("")(list_)
    pages.get("/sample")(choose)
    pages.get("/<uuid:unit_id>/sample")(sample)
    pages.post("/<uuid:unit_id>")(document)
    pages.get("/<uuid:unit_id>/<uuid:review_id>")(show)
    return pages


def _loaded(schema: Schema) -> tuple[dict[str, Any], Errors]:
    """What the address asks for, and what is wrong with it."""
    try:
        return schema.load({name: value.strip() for name, value in request.args.items() if value.strip()}), {}
    except ValidationError as error:
        return {}, in_words(error.messages)


def _sample(ctx: Ctx, unit_id: UUID, asked: dict[str, Any], errors: Errors) -> Response:
    found: list[tuple[Reason, Row]] = []
    if asked:
        try:
            found = actions.sample(ctx, unit_id, **asked)
        except Refused as no:
            errors, asked = {no.field or "main": [str(no.text)]}, {}
    with speaking(ctx.language):
        rows = [
            {**one, "reason": WHY[reason]}
            for one, (reason, _row) in zip(_told(ctx, [row for _, row in found]), found, strict=True)
        ]
    return page(
        ctx,
        "log_review/sample.html",
        status=422 if errors else 200,
        errors=errors,
        **_frame(ctx),
        unit_id=unit_id,
        unit=_name(ctx, unit_id),
        asked=asked,
        rows=rows,
    )


def _told(ctx: Ctx, rows: list[Row]) -> list[dict[str, Any]]:
    """The rows in words, each with its patient's name."""
    patients = ctx.directory.people(ctx.session, {row.patient_id for row in rows})
    with speaking(ctx.language):
        entries = told(ctx, [row.act for row in rows])
    names = [patients[row.patient_id].name if row.patient_id in patients else "" for row in rows]
    return [
        {"id": row.act.id, "patient": name, "told": entry}
        for row, name, entry in zip(rows, names, entries, strict=True)
    ]


def _name(ctx: Ctx, unit_id: UUID) -> str:
    unit = ctx.directory.unit(ctx.session, unit_id)
    return unit.name if unit else ""


def _frame(ctx: Ctx) -> dict[str, Any]:
    others = [(f"/{name}/looked/reviews", text) for name, text in SERVICES.items() if name != ctx.service]
    return {"service": SERVICES[ctx.service], "others": others}
