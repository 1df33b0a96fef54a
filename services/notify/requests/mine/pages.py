"""My questions: who has read them, what was answered, and whether that was an answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from services.notify.delivery.helpline.store import help_line
from services.notify.delivery.store import reached_at
from services.notify.requests import store as requests
from services.notify.requests.cover.store import facts_of
from services.notify.requests.domain import OPEN, Priority, State, may_reopen
from services.notify.requests.mine import actions, store
from services.notify.requests.mine.schemas import MoreForm
from services.notify.requests.promise.domain import read_from
from services.notify.requests.reasons.domain import why
from services.notify.requests.tables import ContactRequest
from services.notify.requests.trail.domain import TO_PATIENT, people_in, steps
from shared.context import Ctx
from shared.cover import who_answers
from shared.errors import NotFound, Refused
from shared.i18n import _, _l
from shared.policy import Subject, Who, policy
from shared.time import zone_of
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("mine", __name__, url_prefix="/notify/my/requests", template_folder="templates")
OWNERS = (Who.PATIENT, Who.DELEGATE)

SAID = {
    "added": _l("Sent. Your care reads it."),
    "confirmed": _l("Good. The question is closed."),
    "reopened": _l("Thank you for saying so. Somebody else at your care answers now."),
    "withdrawn": _l("The question is closed. You can ask again when you want."),
}


def by_request(ctx: Ctx, request_id: UUID) -> Subject | None:
    return store.subject(ctx, request_id)


@pages.get("")
@policy("request", "list own", Who.SIGNED_IN, log="saw their questions")
def index(ctx: Ctx) -> Response:
    """Everything the viewer has asked, and what was asked of the care about them."""
    number = max(1, request.args.get("page", 1, int))
    rows, more = store.own(ctx, number)
    ctx.saw({row.patient_id for row in rows})
    return page(
        ctx,
        "mine/list.html",
        requests=[_shown(ctx, row) for row in rows],
        may_ask=ctx.viewer.kind in ("patient", "delegate"),
        number=number,
        more=more,
        help_line=help_line(ctx),
    )


@pages.get("/<uuid:request_id>")
@policy("request", "read own", *OWNERS, about=by_request, log="read their question")
def show(ctx: Ctx, request_id: UUID) -> Response:
    return _page(ctx, request_id)


@pages.post("/<uuid:request_id>/more")
@policy("request", "write", *OWNERS, about=by_request, log="wrote more in their question")
def more(ctx: Ctx, request_id: UUID) -> Response:
    data, errors = read_form(MoreForm())
    if errors:
        return _page(ctx, request_id, errors)
    return _try(ctx, request_id, partial(actions.write, ctx, request_id, data["words"]), "added")


@pages.post("/<uuid:request_id>/yes")
@policy("request", "confirm", *OWNERS, about=by_request, log="said that there was an answer")
def yes(ctx: Ctx, request_id: UUID) -> Response:
    return _try(ctx, request_id, partial(actions.confirm, ctx, request_id), "confirmed")


@pages.post("/<uuid:request_id>/no")
@policy("request", "reopen", *OWNERS, about=by_request, log="said that there was no answer")
def no(ctx: Ctx, request_id: UUID) -> Response:
    return _try(ctx, request_id, partial(actions.reopen, ctx, request_id), "reopened")


@pages.post("/<uuid:request_id>/withdraw")
@policy("request", "withdraw", *OWNERS, about=by_request, log="took their question back")
def withdraw(ctx: Ctx, request_id: UUID) -> Response:
    return _try(ctx, request_id, partial(actions.withdraw, ctx, request_id), "withdrawn")


def _try(ctx: Ctx, request_id: UUID, act: Callable[[], object], said: str) -> Response:
    """The act, or the page again with why not and nothing changed."""
    try:
        with ctx.session.begin_nested():
            act()
    except Refused as refused:
        return _page(ctx, request_id, {"main": [cast(str, refused.text)]}, status=409)
    return back(url_for(".show", request_id=request_id), said=f"mine.{said}")


def _page(ctx: Ctx, request_id: UUID, errors: Errors | None = None, *, status: int = 422) -> Response:
    row = requests.by_id(ctx.session, request_id)
    if row is None:
        raise NotFound
    shown = _shown(ctx, row)
    line = (_("Your care"), shown["number"]) if shown["number"] else None
    return page(ctx, "mine/show.html", status=status if errors else 200, errors=errors, help_line=line, one=shown)


def _shown(ctx: Ctx, row: ContactRequest) -> dict[str, Any]:
    """Everything the patient reads about one request."""
    history, words = requests.history(ctx.session, row.id), requests.messages(ctx.session, row.id, internal=False)
    concerned = {row.patient_id, row.asked_by, row.responsible_id} | {message.author_id for message in words}
    people = ctx.directory.people(ctx.session, {p for p in concerned | people_in(history) if p})
    names = {person_id: person.name for person_id, person in people.items()}
    facts = facts_of(ctx, [row])[row.id]
    waits = row.state in OPEN
    unread = waits and row.acknowledged_at is None
    return {
        "row": row,
        "why": why(row.reason_key).patient,
        "names": names,
        "words": words,
        "steps": steps(row, history, names, TO_PATIENT, ctx.now),
        "zone": zone_of(people[row.patient_id].zone if row.patient_id in people else facts.unit.zone),
        "number": who_answers(facts, ctx.now).number,
        "open": waits,
        "reads": read_from(facts.unit, ctx.now) if unread else None,
        "late": waits and row.state != State.WAITING_FOR_PATIENT and _due(row) < ctx.now,
        "unheard": unread and row.priority == Priority.URGENT and reached_at(ctx.session, row.id) is None,
        "ask_if_answered": row.state == State.ANSWERED,
        "may_reopen": may_reopen(State(row.state), row.answered_at, ctx.now, row.closed_reason),
        "for_other": row.asked_by is not None and row.asked_by != row.patient_id,
    }


def _due(row: ContactRequest) -> Any:
    return row.answer_by if row.acknowledged_at else row.acknowledge_by
