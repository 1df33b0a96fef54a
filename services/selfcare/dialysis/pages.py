"""My dialysis: the coming week, the number to ring, and the signs that mean stop."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response

from services.selfcare.dialysis import store
from services.selfcare.reminders.reach.domain import reach
from services.selfcare.reminders.times.pages import help_line
from shared.context import Ctx
from shared.policy import Subject, Who, policy
from shared.web.pages import page

pages = Blueprint("dialysis", __name__, url_prefix="/selfcare/dialysis", template_folder="templates")

WEEK = timedelta(days=7)


def mine(ctx: Ctx) -> Subject | None:
    """The signed-in patient's own programme; empty for a patient who has none."""
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


@pages.get("")
@policy("dialysis", "read", Who.PATIENT, about=mine, log="looked at the week's dialysis")
def show(ctx: Ctx) -> Response:
    patient_id = ctx.viewer.person_id or UUID(int=0)
    pattern = store.active_pattern(ctx.session, patient_id)
    week = [one for one in store.coming(ctx.session, patient_id, ctx.now) if one.starts_at < ctx.now + WEEK]
    unit = ctx.directory.unit(ctx.session, pattern.unit_id) if pattern else None
    where = reach(unit, ctx.now) if unit else None
    return page(ctx, "dialysis/show.html", pattern=pattern, week=week, help_line=help_line(where))
