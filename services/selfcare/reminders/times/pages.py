"""My times: for the patient, for a delegate who may see them, and for the named contact or whoever stands in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, url_for

from services.selfcare.reminders.answer import actions as answers
from services.selfcare.reminders.answer import store as asked
from services.selfcare.reminders.answer.pages import SAID as ANSWERED
from services.selfcare.reminders.answer.schemas import AnswerForm
from services.selfcare.reminders.reach.domain import Reach
from services.selfcare.reminders.times import actions
from services.selfcare.reminders.times.domain import calendar_file
from shared.context import Ctx
from shared.i18n import _, _l
from shared.policy import Subject, Who, policy
from shared.web.forms import read_form
from shared.web.pages import back, page

pages = Blueprint("times", __name__, url_prefix="/selfcare/times", template_folder="templates")

SAID = ANSWERED
KINDS = {
    "next_contact": _l("Next contact"),
    "dialysis_session": _l("Dialysis"),
    "leaving_day": _l("You go home"),
    actions.HIDDEN: _l("A time"),
    actions.NOT_THEN: _l("Not available then"),
}
GIVEN = {"yes": _l("The time works"), "cannot": _l("Can't come"), "another_time": _l("Needs another time")}
SHOWN_AT_ONCE = 8


def mine(ctx: Ctx) -> Subject | None:
    """The viewer's own times; for somebody who only helps, those of the first they help."""
    if ctx.viewer.kind == "patient":
        return Subject(patient_id=ctx.viewer.person_id, scope=actions.SEE)
    helped = actions.helped_by(ctx)
    return Subject(patient_id=helped[0][0], scope=actions.SEE) if helped else None


def of_patient(ctx: Ctx, patient_id: UUID) -> Subject | None:
    patient = ctx.directory.person(ctx.session, patient_id)
    known = patient is not None and patient.kind == "patient" and not patient.deceased
    return Subject(patient_id=patient_id, scope=actions.SEE) if known else None


def by_reminder(ctx: Ctx, reminder_id: UUID) -> Subject | None:
    row = asked.by_id(ctx.session, reminder_id)
    ids: dict[str, Any] = {"unit_id": row.unit_id, "contract_id": row.contract_id} if row else {}
    return Subject(patient_id=row.patient_id, scope=answers.MAY_ANSWER, **ids) if row else None


@pages.get("")
@policy("times", "read own", Who.PATIENT, Who.DELEGATE, about=mine, log="looked at coming times")
def show(ctx: Ctx) -> Response:
    return _show(ctx, _patient(ctx), "times/mine.html")


@pages.get("/waiting")
@policy("times", "read own", Who.PATIENT, Who.DELEGATE, about=mine, log="looked at what waits for an answer")
def waiting(ctx: Ctx) -> Response:
    """Only what waits for an answer: a part of other pages."""
    return _show(ctx, _patient(ctx), "times/waiting.html")


@pages.get("/<uuid:patient_id>")
@policy(
    "times",
    "read",
    Who.PATIENT,
    Who.DELEGATE,
    Who.CONTACT,
    Who.DEPUTY,
    Who.CONTACT_BEFORE,
    Who.BREAK_GLASS,
    about=of_patient,
    log="looked at coming times",
)
def show_patient(ctx: Ctx, patient_id: UUID) -> Response:
    as_staff = not ctx.whos & {Who.PATIENT, Who.DELEGATE}
    return _show(ctx, patient_id, "times/of_patient.html" if as_staff else "times/mine.html")


@pages.get("/<uuid:patient_id>/calendar.ics")
@policy("times", "export", Who.PATIENT, Who.DELEGATE, about=of_patient, log="took coming times to a calendar")
def calendar(ctx: Ctx, patient_id: UUID) -> Response:
    """Every coming time under one neutral title."""
    response = make_response(calendar_file(actions.coming_for(ctx, patient_id), _("A time"), ctx.now))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = "attachment; filename=calendar.ics"
    return response


@pages.post("/<uuid:reminder_id>/answer")
@policy("reminder", "answer", Who.PATIENT, Who.DELEGATE, about=by_reminder, log="answered a question about a time")
def answer(ctx: Ctx, reminder_id: UUID) -> Response:
    """Raises ``Refused`` when the question has been closed meanwhile."""
    patient_id, person_id = _patient(ctx), ctx.viewer.person_id
    data, errors = read_form(AnswerForm())
    if errors or person_id is None:
        return _show(ctx, patient_id, "times/mine.html", errors=errors, status=422)
    answers.give(ctx, reminder_id, person_id, data["answer"])
    url = url_for(".show") if person_id == patient_id else url_for(".show_patient", patient_id=patient_id)
    return back(url, said=f"times.{data['answer']}")


def help_line(where: Reach | None) -> tuple[str, str] | None:
    """The unit's name, if it may be said, and the number that is answered now."""
    return (where.name or _("Your care"), where.number) if where else None


def _patient(ctx: Ctx) -> UUID:
    patient_id = ctx.subject.patient_id if ctx.subject else None
    if patient_id is None:
        raise LookupError("the guard lets nobody in without a patient")
    return patient_id


def _show(ctx: Ctx, patient_id: UUID, template: str, *, status: int = 200, **values: object) -> Response:
    times = actions.times_of(ctx, patient_id)
    others = [one for one in actions.helped_by(ctx) if one[0] != patient_id]
    shown = {"times": times, "kinds": KINDS, "given": GIVEN, "at_once": SHOWN_AT_ONCE, "others": others}
    own = patient_id == ctx.viewer.person_id
    open_to = [door for door in actions.DOORS if own and door.opens_for(ctx.session, patient_id)]
    shown |= {"own": own, "doors": [(url_for(door.endpoint), door.text) for door in open_to]}
    return page(ctx, template, status=status, help_line=help_line(times.reach), **shown, **values)
