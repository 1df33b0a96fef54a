"""Where somebody is signed in, and ending it there, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.contract.people import store as people
from services.contract.people.pages import by_person
from services.contract.signin.devices.schemas import SigninJson, SigninsJson, SignOutBody
from services.contract.signin.sessions import actions, store
from services.contract.signin.sessions.domain import runs_out
from services.contract.signin.sessions.tables import SigninSession
from shared.context import Ctx
from shared.db import database_now
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("sessions", __name__, "Where somebody is signed in, and ending it there.", "")


def _shown(ctx: Ctx, row: SigninSession) -> dict[str, Any]:
    return {
        "id": row.id,
        "device": row.device,
        "started_at": row.started_at,
        "seen_at": row.seen_at,
        "runs_out": runs_out(row.kind, row.started_at, row.seen_at),
        "this": row.id == ctx.viewer.session_id,
    }


def _mine(ctx: Ctx, signin_id: UUID) -> dict[str, Any]:
    return _shown(ctx, actions.own(ctx, me(ctx), signin_id))


def me(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise NotFound
    return ctx.viewer.person_id


def _standing(ctx: Ctx, person_id: UUID | None = None) -> dict[str, int]:
    person = person_id or me(ctx)
    return {"standing": store.count(ctx.session, person, database_now(ctx.session))}


def _hold_person(ctx: Ctx, person_id: UUID | None = None) -> None:
    people.for_change(ctx.session, person_id or me(ctx))


ONE = Resource(SigninJson, of=_mine, hold=lambda ctx, signin_id: store.for_change(ctx.session, signin_id))
ALL = Resource(SigninsJson, of=_standing, hold=_hold_person)
OF_PERSON = Resource(SigninsJson, of=_standing, hold=_hold_person)


@api.list("/sessions", SigninJson)
@policy("session", "list", Who.SIGNED_IN)
def list_sessions(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """One's own, the newest first."""
    page: Page = asked["page"]
    after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else None
    rows = store.standing(ctx.session, me(ctx), database_now(ctx.session), after, page.more)
    found = page.of(rows, lambda row: [row.started_at.isoformat(), str(row.id)])
    return Listed([_shown(ctx, row) for row in found.items], found.mark)


@api.read("/sessions/standing", ALL)
@policy("session", "list", Who.SIGNED_IN)
def read_standing(ctx: Ctx) -> None:
    """On how many devices one is signed in."""


@api.act("/sessions/standing/ending", ALL, SignOutBody)
@policy("session", "end own", Who.SIGNED_IN)
def end_standing(ctx: Ctx, data: dict[str, Any]) -> None:
    """Sign out everywhere, or everywhere else. No service accepts these sessions any more."""
    actions.end_all(ctx, me(ctx), but=ctx.viewer.session_id if data["others_only"] else None)


@api.read("/sessions/<uuid:signin_id>", ONE)
@policy("session", "read", Who.SIGNED_IN)
def read_one(ctx: Ctx, signin_id: UUID) -> None:
    """One of one's own."""


@api.remove("/sessions/<uuid:signin_id>", ONE)
@policy("session", "end own", Who.SIGNED_IN)
def end_one(ctx: Ctx, signin_id: UUID) -> None:
    """Sign out on one device."""
    actions.end_own(ctx, me(ctx), signin_id)


@api.read("/people/<uuid:person_id>/sessions", OF_PERSON)
@policy("session", "list of person", Who.ADMIN, about=by_person, log="saw on how many devices you are signed in")
def read_of_person(ctx: Ctx, person_id: UUID) -> None:
    """On how many devices somebody of one's unit is signed in; not which, nor where."""


@api.act("/people/<uuid:person_id>/sessions/ending", OF_PERSON)
@policy("session", "end of person", Who.ADMIN, about=by_person, log="signed you out everywhere")
def end_of_person(ctx: Ctx, person_id: UUID) -> None:
    """Sign somebody of one's unit out everywhere, when a device is lost or in wrong hands."""
    actions.end_all(ctx, person_id)
