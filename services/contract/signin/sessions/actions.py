"""Beginning a session, staying signed in, and signing out everywhere at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.contract.people import store as people
from services.contract.people.tables import Person
from services.contract.signin.sessions import store
from services.contract.signin.sessions.domain import over, runs_out
from services.contract.signin.sessions.tables import SigninSession
from shared.context import Ctx
from shared.db import database_now
from shared.errors import NotFound
from shared.events import SessionEnded

HOME = "/contract/home"


@dataclass(frozen=True)
class Entry:
    """A session that has just begun, and where its person was going."""

    session_id: UUID
    person_id: UUID
    next_path: str
    until: datetime
    """When it runs out unless it is used."""


def begin(ctx: Ctx, person: Person, next_path: str = HOME) -> Entry:
    """Let somebody in who has shown who they are: every way of signing in begins its session here, with an id of its
    own. Raises ``NotFound`` for the dead. The page then answers with ``sessions.pages.enter``."""
    if person.deceased:
        raise NotFound
    at = database_now(ctx.session)
    session = SigninSession(id=uuid4(), person_id=person.id, kind=person.kind, started_at=at, seen_at=at)
    ctx.session.add(session)
    ctx.session.flush()
    return Entry(session.id, person.id, next_path, runs_out(person.kind, at, at))


def renew(ctx: Ctx, session_id: UUID, *, used: bool = True) -> Entry | None:
    """The session while it stands; it counts as used now if somebody is there. One that has run out is ended and told."""
    session = store.for_change(ctx.session, session_id)
    if session is None:
        return None
    at = database_now(ctx.session)
    person = people.get(ctx.session, session.person_id)
    why_over = over(session.kind, session.started_at, session.seen_at, session.ended_at, at)
    if why_over or person is None or person.deceased:
        end_session(ctx, session_id)
        return None
    session.seen_at = at if used else session.seen_at
    ctx.session.flush()
    until = runs_out(session.kind, session.started_at, session.seen_at)
    return Entry(session.id, session.person_id, HOME, until)


def end_session(ctx: Ctx, session_id: UUID) -> None:
    """Sign out: no service accepts the session any more. Ending it twice is harmless."""
    session = store.for_change(ctx.session, session_id)
    if session is None or session.ended_at is not None:
        return
    session.ended_at = database_now(ctx.session)
    ctx.session.flush()
    ctx.tell(SessionEnded(session_id=session_id))
