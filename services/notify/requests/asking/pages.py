"""Ask my contact: first whether somebody is ill right now, then the words (K5)."""

from __future__ import annotations

from typing import cast
from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, request, url_for

from services.notify.requests.asking import actions, store
from services.notify.requests.asking.domain import Door, door
from services.notify.requests.asking.schemas import AskForm
from services.notify.requests.domain import Priority
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _, _l
from shared.policy import Subject, Who, policy
from shared.web.forms import Errors, read_form
from shared.web.pages import back, page

pages = Blueprint("asking", __name__, url_prefix="/notify/ask", template_folder="templates")
ASKERS = (Who.PATIENT, Who.DELEGATE)

SAID = {"asked": _l("We have your question. Here you see when somebody has read it.")}


def named() -> UUID | None:
    """The patient in the address, for somebody who asks for another."""
    return request.args.get("whom", None, UUID)


def for_whom(ctx: Ctx) -> Subject | None:
    return store.subject(ctx, named())


@pages.get("")
@policy("request", "find", Who.SIGNED_IN, log="saw for whom they can ask")
def start(ctx: Ctx) -> Response:
    """Straight to the question for a patient; somebody who helps others chooses for whom."""
    helped = store.helped(ctx)
    if ctx.viewer.kind == "patient" or named():
        return cast(Response, redirect(url_for(".ill", whom=named()), 303))
    if len(helped) == 1:
        return cast(Response, redirect(url_for(".ill", whom=helped[0].person_id), 303))
    ctx.saw(one.person_id for one in helped)
    return page(ctx, "asking/for_whom.html", helped=helped)


@pages.get("/ill")
@policy("request", "ask", *ASKERS, about=for_whom, log="looked at whom to ask")
def ill(ctx: Ctx) -> Response:
    """Are you ill right now? Yes leads to telephone numbers and no text box."""
    doors = _doors(ctx)
    return page(ctx, "asking/ill.html", help_line=_help(doors), other=_other(ctx), target=named())


@pages.get("/ring")
@policy("request", "ask", *ASKERS, about=for_whom, log="looked at whom to ask")
def ring(ctx: Ctx) -> Response:
    doors = _doors(ctx)
    return page(ctx, "asking/ring.html", doors=doors, help_line=_help(doors), other=_other(ctx), target=named())


@pages.get("/write")
@policy("request", "ask", *ASKERS, about=for_whom, log="looked at whom to ask")
def write(ctx: Ctx) -> Response:
    return _form(ctx)


@pages.post("/write")
@policy("request", "ask", *ASKERS, about=for_whom, log="asked a question")
def send(ctx: Ctx) -> Response:
    data, errors = read_form(AskForm())
    if errors:
        return _form(ctx, errors)
    try:
        with ctx.session.begin_nested():
            request_id = actions.ask(
                ctx,
                _patient(ctx),
                data.get("contract"),
                Priority(data["priority"]),
                data["words"],
                once=data["once"],
            )
    except Refused as refused:
        return _form(ctx, {refused.field or "main": [str(refused.text)]})
    return back(url_for("mine.show", request_id=request_id), said="asking.asked")


def _form(ctx: Ctx, errors: Errors | None = None) -> Response:
    doors = _doors(ctx)
    readers = ctx.directory.people(ctx.session, {d.reader_id for d in doors if d.reader_id})
    return page(
        ctx,
        "asking/write.html",
        status=422 if errors else 200,
        errors=errors,
        doors=doors,
        readers={person_id: person.name for person_id, person in readers.items()},
        other=_other(ctx),
        target=named(),
        once=request.form.get("once", None, UUID) or uuid4(),
        help_line=_help(doors),
    )


def _doors(ctx: Ctx) -> list[Door]:
    return [door(facts, ctx.now) for facts in actions.open_to(ctx, _patient(ctx))]


def _help(doors: list[Door]) -> tuple[str, str] | None:
    """The number that answers now, where there is one way in; of several none is guessed."""
    if len(doors) != 1 or doors[0].number is None:
        return None
    return doors[0].unit_name or _("Your care"), doors[0].number


def _patient(ctx: Ctx) -> UUID:
    if ctx.subject is None or ctx.subject.patient_id is None:
        raise NotFound
    return ctx.subject.patient_id


def _other(ctx: Ctx) -> str | None:
    """The name of the patient when somebody else asks for them."""
    patient = _patient(ctx)
    if patient == ctx.viewer.person_id:
        return None
    person = ctx.directory.person(ctx.session, patient)
    return person.name if person else ""
