"""Signing in by a one-use link, staying signed in, and signing out everywhere at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from services.contract.people import store as people
from services.contract.signin import store
from services.contract.signin.domain import CODE_BYTES, LINK_MINUTES, over
from services.contract.signin.tables import SigninLink, SigninSession
from shared.auth import code_hash
from shared.context import Ctx
from shared.db import database_now
from shared.errors import NotFound, Refused
from shared.events import SessionEnded
from shared.i18n import _l

LINK_PATH = "/contract/signin/l/"
SPENT = _l("This link has been used, or it is too old. Ask for a new one.")


@dataclass(frozen=True)
class Entry:
    """A session that has just begun, and where its person was going."""

    session_id: UUID
    person_id: UUID
    next_path: str


def mint_link(ctx: Ctx, person_id: UUID, next_path: str = "/contract/home", minutes: int = LINK_MINUTES) -> str:
    """The path of a link that signs this person in once, within ``minutes`` of real time. Raises ``NotFound`` for
    somebody who can't sign in."""
    person = people.get(ctx.session, person_id)
    if person is None or person.deceased:
        raise NotFound
    code = secrets.token_urlsafe(CODE_BYTES)
    expires_at = database_now(ctx.session) + timedelta(minutes=minutes)
    link = SigninLink(code_hash=code_hash(code), person_id=person_id, next_path=next_path, expires_at=expires_at)
    ctx.session.add(link)
    ctx.session.flush()
    return LINK_PATH + code


def usable(ctx: Ctx, code: str) -> bool:
    """Whether the link would sign somebody in now; asking does not spend it."""
    return store.usable(ctx.session, code_hash(code), database_now(ctx.session))


def consume(ctx: Ctx, code: str) -> Entry:
    """Spend the link and begin a session. Raises ``Refused`` for one that is spent, too old or not ours: the three
    look the same."""
    at = database_now(ctx.session)
    spent = store.spend(ctx.session, code_hash(code), at)
    person = people.get(ctx.session, spent[0]) if spent else None
    if spent is None or person is None or person.deceased:
        raise Refused(SPENT)
    session = SigninSession(id=uuid4(), person_id=person.id, kind=person.kind, started_at=at, seen_at=at)
    ctx.session.add(session)
    ctx.session.flush()
    return Entry(session.id, person.id, spent[1])


def renew(ctx: Ctx, session_id: UUID) -> bool:
    """Whether the session still stands; then it counts as used now. One that has run out is ended and told."""
    session = store.for_change(ctx.session, session_id)
    if session is None:
        return False
    at = database_now(ctx.session)
    person = people.get(ctx.session, session.person_id)
    why_over = over(session.kind, session.started_at, session.seen_at, session.ended_at, at)
    if why_over or person is None or person.deceased:
        end_session(ctx, session_id)
        return False
    session.seen_at = at
    ctx.session.flush()
    return True


def end_session(ctx: Ctx, session_id: UUID) -> None:
    """Sign out: no service accepts the session any more. Ending it twice is harmless."""
    session = store.for_change(ctx.session, session_id)
    if session is None or session.ended_at is not None:
        return
    session.ended_at = database_now(ctx.session)
    ctx.session.flush()
    ctx.tell(SessionEnded(session_id=session_id))
