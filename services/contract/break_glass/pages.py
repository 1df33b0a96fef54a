"""Opened in an emergency: the page where it is done and ended, the patient's list of it, and the log reviewer's queue."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from services.contract.break_glass import actions, store
from services.contract.break_glass.domain import LOOKED_AT_WITHIN, Verdict, overdue, works_at
from services.contract.break_glass.reviewing.store import judged_as_of, to_judge
from services.contract.break_glass.schemas import JudgeForm, OpenForm
from services.contract.break_glass.tables import BreakGlass
from services.contract.units import store as care_units
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.relations import closed_to, open_glass
from shared.web import marks
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/break-glass"
pages = Blueprint("break_glass", __name__, url_prefix=HERE, template_folder="templates")
SHOWN = 25
SAID = {
    "opened": _l("The pages are open, to read. The patient is told."),
    "ended": _l("The pages are closed."),
    "judged": _l("Your check is saved."),
}
VERDICTS = {
    Verdict.JUSTIFIED.value: _l("It was right"),
    Verdict.FOLLOW_UP.value: _l("It must be followed up"),
}


def mine(ctx: Ctx) -> Subject | None:
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


def by_glass(ctx: Ctx, glass_id: UUID) -> Subject | None:
    """For whoever opened it, and for the log reviewers who judge it."""
    glass = store.get(ctx.session, glass_id)
    if glass is None:
        return None
    unit = glass.unit_id if glass.person_id == ctx.viewer.person_id else judged_as_of(ctx, glass)
    if glass.person_id == ctx.viewer.person_id:
        ctx.glasses[glass.patient_id] = store.facts(glass)
    return Subject(patient_id=glass.patient_id, unit_id=unit, past_block=True) if unit else None


@pages.get("")
@policy("break-glass session", "open", Who.STAFF, log="saw which of your pages are open in an emergency")
def form(ctx: Ctx) -> Response:
    """What will happen, and where the number and the reason are written; while pages are open, what there is to read."""
    known = open_glass(ctx)
    glass = store.get(ctx.session, known.glass_id) if known else None
    return _opened(ctx, glass) if glass else _form(ctx)


@pages.post("")
@policy("break-glass session", "open", Who.STAFF, log="opened your pages in an emergency")
def open_(ctx: Ctx) -> Response:
    return _try(ctx, past_block=False)


@pages.post("/past-block")
@policy("break-glass session", "open past block", Who.STAFF, log="opened your pages in an emergency, past your block")
def open_past_block(ctx: Ctx) -> Response:
    """By who has read that the patient has blocked the unit."""
    return _try(ctx, past_block=True)


@pages.post("/<uuid:glass_id>/end")
@policy("break-glass session", "end", Who.STAFF, about=by_glass, log="closed your pages after an emergency")
def end(ctx: Ctx, glass_id: UUID) -> Response:
    actions.end(ctx, glass_id)
    return back(HERE, said="break_glass.ended")


@pages.get("/mine")
@policy("break-glass session", "read own", Who.PATIENT, about=mine, log="saw who had opened the pages in an emergency")
def told(ctx: Ctx) -> Response:
    """Who opened the patient's pages, when and why: what a log reviewer noted stays with them."""
    me = ctx.viewer.person_id or UUID(int=0)
    rows = store.of_patient(ctx.session, me, marks.read(request.args.get("after")), SHOWN + 1)
    return page(ctx, "break_glass/mine.html", **_listed(ctx, rows, ".told"))


@pages.get("/reviews")
@policy("break-glass session", "list", Who.AUDITOR, log="checked who had opened your pages in an emergency")
def queue(ctx: Ctx) -> Response:
    """Each time that is the viewer's to judge, with what was said of it."""
    rows = to_judge(ctx, marks.read(request.args.get("after")), SHOWN + 1)
    ctx.saw(row.patient_id for row in rows[:SHOWN])
    return page(ctx, "break_glass/queue.html", **_listed(ctx, rows, ".queue"), verdicts=VERDICTS)


@pages.get("/reviews/<uuid:glass_id>")
@policy(
    "break-glass session",
    "review",
    Who.AUDITOR,
    about=by_glass,
    log="checked who had opened your pages in an emergency",
)
def look(ctx: Ctx, glass_id: UUID) -> Response:
    return _look(ctx, glass_id)


@pages.post("/reviews/<uuid:glass_id>")
@policy(
    "break-glass session",
    "review",
    Who.AUDITOR,
    about=by_glass,
    log="judged that your pages were opened in an emergency",
)
def judge(ctx: Ctx, glass_id: UUID) -> Response:
    data, errors = read_form(JudgeForm())
    errors = errors or tried(ctx, partial(actions.judge, ctx, glass_id, **data))
    return _look(ctx, glass_id, errors) if errors else back(url_for(".queue"), said="break_glass.judged")


def _try(ctx: Ctx, *, past_block: bool) -> Response:
    data, errors = read_form(OpenForm())
    errors = errors or tried(ctx, partial(actions.open_, ctx, **data, past_block=past_block))
    return _form(ctx, errors, past_block=past_block) if errors else back(HERE, said="break_glass.opened")


def _form(ctx: Ctx, errors: Errors | None = None, *, past_block: bool = False) -> Response:
    units = care_units.listed(ctx.session, works_at(ctx.viewer.roles))
    return page(
        ctx,
        "break_glass/form.html",
        status=422 if errors else 200,
        errors=errors or {},
        units=[(str(unit.id), unit.name) for unit in units],
        past_block=past_block or "past_block" in (errors or {}),
        lasts=max((unit.break_glass_minutes for unit in units), default=0),
    )


def _opened(ctx: Ctx, one: BreakGlass) -> Response:
    patient = ctx.directory.person(ctx.session, one.patient_id)
    if patient is None:
        raise NotFound
    ctx.subject = Subject(patient_id=one.patient_id, unit_id=one.unit_id)
    ctx.glasses[one.patient_id] = store.facts(one)
    ctx.saw([one.patient_id])
    covers = ctx.directory.covers(ctx.session, one.patient_id)
    contracts = [facts.contract_id for facts in covers if not closed_to(ctx, facts.unit)]
    return page(ctx, "break_glass/opened.html", one=one, patient=patient, contracts=contracts)


def _listed(ctx: Ctx, rows: list[BreakGlass], endpoint: str) -> dict[str, Any]:
    shown = rows[:SHOWN]
    last = marks.written((shown[-1].opened_at, shown[-1].id)) if len(rows) > SHOWN else None
    return {
        "rows": shown,
        "late": {one.id for one in shown if overdue(one.opened_at, one.verdict, ctx.now)},
        "more": url_for(endpoint, after=last) if last else None,
        **_names(ctx, shown),
    }


def _names(ctx: Ctx, rows: list[BreakGlass]) -> dict[str, Any]:
    people = ctx.directory.people(ctx.session, {who for one in rows for who in (one.person_id, one.patient_id)})
    units = ctx.directory.units(ctx.session, {one.unit_id for one in rows})
    return {
        "names": {key: person.name for key, person in people.items()},
        "units": {key: unit.name for key, unit in units.items()},
    }


def _look(ctx: Ctx, glass_id: UUID, errors: Errors | None = None) -> Response:
    one = store.get(ctx.session, glass_id)
    if one is None:
        raise NotFound
    return page(
        ctx,
        "break_glass/look.html",
        status=422 if errors else 200,
        errors=errors or {},
        one=one,
        late=overdue(one.opened_at, one.verdict, ctx.now),
        within=LOOKED_AT_WITHIN.days,
        verdicts=VERDICTS,
        **_names(ctx, [one]),
    )
