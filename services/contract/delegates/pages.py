"""Family and others: whom a patient lets do what, ended in one touch; and what somebody has been let do."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.delegates import actions, store
from services.contract.delegates.domain import ASK_AGAIN, SCOPES
from services.contract.delegates.legal.domain import KINDS
from services.contract.delegates.schemas import InviteForm
from services.contract.people import actions as people
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.time import to_instant
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/delegates"
pages = Blueprint("delegates", __name__, url_prefix=HERE, template_folder="templates")

SAID = {
    "invited": _l("Saved. Nothing is shared before the other person has said yes."),
    "ended": _l("Ended. From now on they see nothing and can do nothing for you."),
    "renewed": _l("Saved. It holds for twelve more months."),
    "accepted": _l("You have said yes. You can do this from now on."),
    "left": _l("You have said no. You see nothing more."),
}


def by_me(ctx: Ctx) -> Subject | None:
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


def by_grant(ctx: Ctx, delegation_id: UUID) -> Subject | None:
    grant = store.get(ctx.session, delegation_id)
    return Subject(patient_id=grant.patient_id) if grant else None


def by_own_invitation(ctx: Ctx, delegation_id: UUID) -> Subject | None:
    """Only to the person who was invited, who has no other relation to the patient yet."""
    grant = store.get(ctx.session, delegation_id)
    invited = grant is not None and grant.delegate_id == ctx.viewer.person_id
    return Subject(patient_id=grant.patient_id) if grant and invited else None


@pages.get("")
@policy("delegation", "list", Who.PATIENT, Who.DELEGATE, log="saw that you have invited them")
def list_(ctx: Ctx) -> Response:
    return _list(ctx)


def _list(ctx: Ctx, errors: Errors | None = None) -> Response:
    me = _me(ctx)
    granted, received = store.of_patient(ctx.session, me), store.of_delegate(ctx.session, me)
    ctx.saw(grant.patient_id for grant in received)
    known = {grant.delegate_id for grant in granted} | {grant.patient_id for grant in received}
    known |= {grant.paused_by for grant in granted if grant.paused_by}
    return page(
        ctx,
        "delegates/list.html",
        status=409 if errors else 200,
        errors=errors or {},
        patient=ctx.viewer.kind == "patient",
        granted=granted,
        received=received,
        names={key: person.name for key, person in ctx.directory.people(ctx.session, known).items()},
        scopes=SCOPES,
        kinds=KINDS,
        ask_again=ctx.now + ASK_AGAIN,
    )


@pages.get("/new")
@policy("delegation", "invite", Who.PATIENT, about=by_me, log="opened the form to invite somebody")
def form(ctx: Ctx) -> Response:
    return _form(ctx)


@pages.post("/new")
@policy("delegation", "invite", Who.PATIENT, about=by_me, log="invited somebody")
def invite(ctx: Ctx) -> Response:
    data, errors = read_form(InviteForm())
    errors = errors or tried(ctx, lambda: invite_by_name(ctx, data))
    return _form(ctx, errors) if errors else back(HERE, said="delegates.invited")


@pages.post("/<uuid:delegation_id>/end")
@policy("delegation", "end", Who.PATIENT, about=by_grant, log="ended what somebody was let do")
def end(ctx: Ctx, delegation_id: UUID) -> Response:
    if errors := tried(ctx, partial(actions.revoke, ctx, delegation_id)):
        return _list(ctx, errors)
    return back(HERE, said="delegates.ended")


@pages.post("/<uuid:delegation_id>/renew")
@policy("delegation", "renew", Who.PATIENT, about=by_grant, log="let somebody go on helping you")
def renew(ctx: Ctx, delegation_id: UUID) -> Response:
    if errors := tried(ctx, partial(actions.renew, ctx, delegation_id)):
        return _list(ctx, errors)
    return back(HERE, said="delegates.renewed")


@pages.post("/<uuid:delegation_id>/accept")
@policy("delegation", "accept", Who.SIGNED_IN, about=by_own_invitation, log="said yes to your invitation")
def accept(ctx: Ctx, delegation_id: UUID) -> Response:
    if errors := tried(ctx, partial(actions.accept, ctx, delegation_id)):
        return _list(ctx, errors)
    return back(HERE, said="delegates.accepted")


@pages.post("/<uuid:delegation_id>/leave")
@policy("delegation", "leave", Who.SIGNED_IN, about=by_own_invitation, log="said no to what you let them do")
def leave(ctx: Ctx, delegation_id: UUID) -> Response:
    actions.revoke(ctx, delegation_id)
    return back(HERE, said="delegates.left")


def _me(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise NotFound
    return ctx.viewer.person_id


def invite_by_name(ctx: Ctx, data: dict[str, Any]) -> UUID:
    """Invite somebody whom the patient names; the last day is one of the patient's own calendar."""
    me = ctx.directory.person(ctx.session, _me(ctx))
    if me is None:
        raise NotFound
    contact = {name: data[name] for name in ("name", "email", "phone")}
    delegate = people.save_person(ctx, kind="delegate", identity=None, language=me.language, zone=me.zone, **contact)
    after = datetime.combine(data["last"], time()) + timedelta(days=1) if data["last"] else None
    return actions.invite(
        ctx,
        patient_id=me.person_id,
        delegate_id=delegate,
        scopes=data["scopes"],
        ends=to_instant(after, me.zone) if after else None,
        relation=data["relation"],
    )


def _form(ctx: Ctx, errors: Errors | None = None) -> Response:
    status = 422 if errors else 200
    return page(ctx, "delegates/new.html", status=status, errors=errors or {}, scopes=list(SCOPES.items()))
