"""One request for whoever answers it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, url_for

from services.notify.delivery.store import reached_at
from services.notify.requests import store as requests
from services.notify.requests.cover.store import facts_of
from services.notify.requests.domain import OPEN, Priority
from services.notify.requests.handling import actions, store
from services.notify.requests.handling.domain import hint
from services.notify.requests.handling.schemas import REACHED, AnswerForm, CallForm, HandOverForm, QuestionForm
from services.notify.requests.reasons.domain import NAME_TO_COME, why
from services.notify.requests.tables import ContactRequest
from services.notify.requests.trail.domain import TO_STAFF, people_in, steps
from shared.context import Ctx
from shared.cover import who_answers
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("handling", __name__, url_prefix="/notify/requests", template_folder="templates")
CARE = (Who.CONTACT, Who.DEPUTY, Who.STAFF)
Act = Callable[[], object]

SAID = {
    "read": _l("Saved. The patient sees that you have read it."),
    "read_before": _l("Somebody had read it before you. It stands on the page who."),
    "answered": _l("Sent. The patient is told that there is an answer."),
    "called": _l("Saved. The patient sees what you talked about."),
    "tried": _l("Saved. The patient sees that you rang. The clock goes on."),
    "asked": _l("Sent. The clock stands still until the patient writes."),
    "handed_over": _l("Saved. Your colleague is told."),
}


def by_request(ctx: Ctx, request_id: UUID) -> Subject | None:
    return store.subject(ctx, request_id)


@pages.get("/<uuid:request_id>")
@policy("request", "read", *CARE, about=by_request, log="read a question")
def show(ctx: Ctx, request_id: UUID) -> Response:
    return _page(ctx, request_id)


@pages.post("/<uuid:request_id>/read")
@policy("request", "acknowledge", *CARE, about=by_request, log="noted that a question was read")
def acknowledge(ctx: Ctx, request_id: UUID) -> Response:
    first = actions.acknowledge(ctx, request_id)
    return back(url_for(".show", request_id=request_id), said="handling.read" if first else "handling.read_before")


@pages.post("/<uuid:request_id>/answer")
@policy("request", "answer", *CARE, about=by_request, log="answered a question")
def answer(ctx: Ctx, request_id: UUID) -> Response:
    data, errors = read_form(AnswerForm())
    if errors:
        return _page(ctx, request_id, errors)
    if "check" in data:
        return _page(ctx, request_id, reads=_hint(ctx, data["answer"]))
    return _try(ctx, request_id, partial(actions.answer, ctx, request_id, data["answer"]), "answered")


@pages.post("/<uuid:request_id>/call")
@policy("request", "note call", *CARE, about=by_request, log="noted a call about a question")
def call(ctx: Ctx, request_id: UUID) -> Response:
    data, errors = read_form(CallForm())
    if errors:
        return _page(ctx, request_id, errors)
    reached = data["reached"] == "yes"
    act = partial(actions.note_call, ctx, request_id, data["said"], reached=reached)
    return _try(ctx, request_id, act, "called" if reached else "tried")


@pages.post("/<uuid:request_id>/ask")
@policy("request", "ask back", *CARE, about=by_request, log="asked the patient something")
def ask(ctx: Ctx, request_id: UUID) -> Response:
    data, errors = read_form(QuestionForm())
    if errors:
        return _page(ctx, request_id, errors)
    return _try(ctx, request_id, partial(actions.ask_back, ctx, request_id, data["question"]), "asked")


@pages.post("/<uuid:request_id>/hand-over")
@policy("request", "hand over", *CARE, about=by_request, log="handed a question over")
def hand_over(ctx: Ctx, request_id: UUID) -> Response:
    data, errors = read_form(HandOverForm())
    if errors:
        return _page(ctx, request_id, errors)
    act = partial(actions.hand_over, ctx, request_id, data["to"], data["note"])
    return _try(ctx, request_id, act, "handed_over", url_for("worklist.show"))


def _try(ctx: Ctx, request_id: UUID, act: Act, said: str, to: str | None = None) -> Response:
    """The act, or the page again with why not and nothing changed."""
    try:
        with ctx.session.begin_nested():
            act()
    except Refused as refused:
        return _page(ctx, request_id, {refused.field or "main": [cast(str, refused.text)]}, status=409)
    return back(to or url_for(".show", request_id=request_id), said=f"handling.{said}")


def _hint(ctx: Ctx, text: str) -> str:
    patient_id = ctx.subject.patient_id if ctx.subject else None
    patient = ctx.directory.person(ctx.session, patient_id) if patient_id else None
    return hint(text, patient.language if patient else "sv")


def _page(
    ctx: Ctx, request_id: UUID, errors: Errors | None = None, *, status: int = 422, reads: str | None = None
) -> Response:
    row = requests.by_id(ctx.session, request_id)
    if row is None:
        raise NotFound
    return page(
        ctx,
        "handling/show.html",
        status=status if errors else 200,
        errors=errors,
        reads=reads,
        row=row,
        open=row.state in OPEN,
        reached_choices=REACHED,
        colleagues=[(person.person_id, person.name) for person in store.colleagues(ctx, row)],
        **_what_is_known(ctx, row),
    )


def _what_is_known(ctx: Ctx, row: ContactRequest) -> dict[str, Any]:
    history = requests.history(ctx.session, row.id)
    causes, words = requests.causes(ctx.session, row.id), requests.messages(ctx.session, row.id, internal=True)
    concerned = {row.patient_id, row.asked_by, row.responsible_id, row.acknowledged_by, row.answered_by}
    concerned |= {message.author_id for message in words} | people_in(history)
    people = ctx.directory.people(ctx.session, {person for person in concerned if person})
    names = {one: NAME_TO_COME for one in concerned if one} | {one: person.name for one, person in people.items()}
    facts = facts_of(ctx, [row])[row.id]
    unheard = row.priority == Priority.URGENT and reached_at(ctx.session, row.id) is None
    return {
        "patient": people.get(row.patient_id),
        "patient_name": names[row.patient_id],
        "names": names,
        "causes": [(why(cause.reason_key).staff, cause.at) for cause in causes],
        "words": words,
        "steps": steps(row, history, names, TO_STAFF, ctx.now),
        "zone": zone_of(facts.unit.zone),
        "number": who_answers(facts, ctx.now).number,
        "unheard": unheard and row.state in OPEN and row.acknowledged_at is None,
        "due": row.answer_by if row.acknowledged_at else row.acknowledge_by,
    }
