"""I need to come in: the numbers first, then one button, then what happens and until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from services.selfcare.admission import actions, store
from services.selfcare.admission.domain import JOINED_FOR
from services.selfcare.reminders.reach.domain import Reach, reach
from services.selfcare.reminders.times.pages import help_line
from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.pages import back, page

pages = Blueprint("admission", __name__, url_prefix="/selfcare/admission", template_folder="templates")

SAID = {"asked": _l("We have your question.")}


def mine(ctx: Ctx) -> Subject | None:
    """The signed-in patient's own agreement; a page of numbers for a patient who has none."""
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


@pages.get("")
@policy("admission", "read", Who.PATIENT, about=mine, log="looked at coming in")
def show(ctx: Ctx) -> Response:
    patient_id = _patient(ctx)
    stay = store.newest_stay(ctx.session, patient_id)
    unit = ctx.directory.unit(ctx.session, stay.unit_id) if stay else None
    where = reach(unit, ctx.now) if unit else None
    newest = store.newest_request(ctx.session, patient_id)
    standing = actions.standing_request(ctx, patient_id)
    late = newest if newest and newest is not standing and newest.asked_at > ctx.now - JOINED_FOR else None
    coming = store.coming(ctx.session, patient_id, ctx.now)
    values: dict[str, Any] = {
        "reach": where,
        "standing": standing,
        "late": late,
        "coming": coming,
        "help_line": help_line(where or _of_the_contract(ctx, patient_id)),
    }
    return page(ctx, "admission/show.html", **values)


@pages.post("/ask")
@policy("admission", "ask", Who.PATIENT, about=mine, log="asked to come in")
def ask(ctx: Ctx) -> Response:
    """Raises ``Refused`` for a patient who has no ward here."""
    actions.ask_to_come_in(ctx, _patient(ctx))
    return back(url_for(".show"), said="admission.asked")


def _of_the_contract(ctx: Ctx, patient_id: UUID) -> Reach | None:
    """For a patient who has no ward: whoever is ill here must meet a number all the same."""
    units = [facts.unit for facts in ctx.directory.covers(ctx.session, patient_id)]
    return reach(units[0], ctx.now) if units else None


def _patient(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise LookupError("the guard lets nobody in without a patient")
    return ctx.viewer.person_id
