"""The page behind the link in a message: one question, answered without signing in. GET shows, POST acts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, current_app, url_for

from services.selfcare.reminders.answer import actions, store
from services.selfcare.reminders.answer.schemas import AnswerForm
from services.selfcare.reminders.reach.domain import Reach, reach
from services.selfcare.reminders.tables import Reminder
from shared.auth import read_answer_token
from shared.context import Ctx
from shared.i18n import _, _l, speaking
from shared.policy import Subject, Who, policy
from shared.service import Service
from shared.web import language
from shared.web.forms import read_form
from shared.web.pages import back, page

pages = Blueprint("answer", __name__, url_prefix="/selfcare/a", template_folder="templates")

SAID = {
    "yes": _l("Thank you. We have your answer: the time works."),
    "cannot": _l("We have your answer: you can't come."),
    "another_time": _l("We have your answer: you need another time."),
}


@pages.get("/<token>")
@policy("reminder", "read", Who.ANYONE, log="opened a question by its link")
def show(ctx: Ctx, token: str) -> Response:
    row, person_id = _opened(ctx, token)
    question = actions.question(ctx, row, person_id)
    if question is None:
        return _closed(ctx, row, known=row is not None)
    where = _reach(ctx, row)
    return page(ctx, "answer/show.html", question=question, token=token, reach=where, help_line=_help(ctx, where))


@pages.post("/<token>")
@policy("reminder", "answer by link", Who.ANYONE, log="answered a question by its link")
def answer(ctx: Ctx, token: str) -> Response:
    row, person_id = _opened(ctx, token)
    question = actions.question(ctx, row, person_id)
    if row is None or question is None:
        return _closed(ctx, row, known=row is not None)
    data, errors = read_form(AnswerForm())
    if errors:
        where = _reach(ctx, row)
        values = {"question": question, "token": token, "reach": where, "help_line": _help(ctx, where)}
        return page(ctx, "answer/show.html", status=422, errors=errors, **values)
    actions.give(ctx, row.id, person_id, data["answer"])
    return back(url_for(".show", token=token), said=f"answer.{data['answer']}")


def _opened(ctx: Ctx, token: str) -> tuple[Reminder | None, UUID]:
    """The reminder and the person an unforged link is for, in that person's language and written in the access log."""
    service: Service = current_app.extensions["samkontrakt"]
    opened = read_answer_token(service.config.pair_secrets["notify"], token)
    if opened is None:
        return None, UUID(int=0)
    reminder_id, person_id = opened
    person = ctx.directory.person(ctx.session, person_id)
    ctx.language = language.choose(person.language if person else ctx.language)
    row = store.by_id(ctx.session, reminder_id)
    if row is not None:
        ctx.subject = Subject(patient_id=row.patient_id, unit_id=row.unit_id, contract_id=row.contract_id)
        ctx.saw([row.patient_id])
    return row, person_id


def _reach(ctx: Ctx, row: Reminder | None) -> Reach | None:
    unit = ctx.directory.unit(ctx.session, row.unit_id) if row else None
    return reach(unit, ctx.now) if unit else None


def _help(ctx: Ctx, where: Reach | None) -> tuple[str, str] | None:
    """The unit's number, without its name: who opens the link may not be who it was for."""
    with speaking(ctx.language):
        return (_("Your care"), where.number) if where else None


def _closed(ctx: Ctx, row: Reminder | None, *, known: bool) -> Response:
    """Too late, gone, or no link of ours: numbers to ring, and never about whom it was."""
    help_line = _help(ctx, _reach(ctx, row))
    return page(ctx, "answer/closed.html", status=410 if known else 404, help_line=help_line)
