"""Beginning a session, staying signed in, and signing out everywhere at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.contract.people import store as people
from services.contract.people.tables import Person
from services.contract.signin.sessions import store
from services.contract.signin.sessions.domain import KEPT_FOR, Vouch, over, runs_out
from services.contract.signin.sessions.tables import SigninSession
from shared.context import Ctx
from shared.db import database_now
from shared.errors import NotFound
from shared.events import SessionEnded
from shared.forgetting import forgotten

HOME = "/contract/home"
SIGNED_OUT: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that somebody has been signed out everywhere: called with the person."""


@dataclass(frozen=True)
class Entry:
    """A session that has just begun, and where its person was going."""

    session_id: UUID
    person_id: UUID
    next_path: str
    until: datetime
    """When it runs out unless it is used."""
    vouch: Vouch


def begin(ctx: Ctx, person: Person, next_path: str = HOME, vouch: Vouch | None = None) -> Entry:
    """Let somebody in who has shown who they are: every way of signing in begins its session here, with an id of its
    own; ``vouch`` tells how they did. Raises ``NotFound`` for the dead. The page then answers with ``sessions.pages.enter``."""
    if person.deceased:
        raise NotFound
    at = database_now(ctx.session)
    vouch = vouch or Vouch()
    session = SigninSession(
        id=uuid4(),
        person_id=person.id,
        kind=person.kind,
        started_at=at,
        seen_at=at,
        vouched_at=vouch.at,
        strong=vouch.strong,
    )
    ctx.session.add(session)
    ctx.session.flush()
    return Entry(session.id, person.id, next_path, runs_out(person.kind, at, at), vouch)


def settle(ctx: Ctx, entry: Entry, device: str, before: UUID | None) -> None:
    """Note on which device the session has begun; the one that stood there before ends."""
    if before is not None:
        end_session(ctx, before)
    begun = store.for_change(ctx.session, entry.session_id)
    if begun is not None:
        begun.device = device
        ctx.session.flush()


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
    return Entry(session.id, session.person_id, HOME, until, Vouch(session.vouched_at, session.strong))


def end_session(ctx: Ctx, session_id: UUID) -> None:
    """Sign out: no service accepts the session any more. Ending it twice is harmless."""
    session = store.for_change(ctx.session, session_id)
    if session is None or session.ended_at is not None:
        return
    session.ended_at = database_now(ctx.session)
    ctx.session.flush()
    ctx.tell(SessionEnded(session_id=session_id))


def own(ctx: Ctx, person_id: UUID, session_id: UUID) -> SigninSession:
    """A session of this person that is not over. Raises ``NotFound`` for any other."""
    session, at = ctx.session.get(SigninSession, session_id), database_now(ctx.session)
    if session is None or session.person_id != person_id or left(session, at) is None:
        raise NotFound
    return session


def end_own(ctx: Ctx, person_id: UUID, session_id: UUID) -> None:
    """Sign out on one device. Raises ``NotFound`` for one that is over or another person's."""
    end_session(ctx, own(ctx, person_id, session_id).id)


def end_all(ctx: Ctx, person_id: UUID, but: UUID | None = None) -> None:
    """Sign a person out everywhere, or everywhere but in one session."""
    at = database_now(ctx.session)
    ending = [session for session in store.not_ended(ctx.session, person_id, at) if session.id != but]
    for session in ending:
        session.ended_at = at
    ctx.session.flush()
    ctx.tell_all([SessionEnded(session_id=session.id) for session in ending])
    for react in SIGNED_OUT if but is None else ():
        react(ctx, person_id)


def end_everybodys(ctx: Ctx) -> None:
    """Sign everybody out: a database that was brought back no longer knows who has signed out since, or was signed out."""
    at = database_now(ctx.session)
    ended = store.end_those_standing(ctx.session, at)
    ctx.tell_all([SessionEnded(session_id=session_id) for session_id in ended])


def left(session: SigninSession, at: datetime) -> timedelta | None:
    """How long a session stands if nobody uses it; None when it is over."""
    if over(session.kind, session.started_at, session.seen_at, session.ended_at, at):
        return None
    return runs_out(session.kind, session.started_at, session.seen_at) - at


def look(ctx: Ctx, session_id: UUID) -> timedelta | None:
    """The same, without using it."""
    session = ctx.session.get(SigninSession, session_id)
    return left(session, database_now(ctx.session)) if session else None


FORGET = forgotten("sessions", "session", SigninSession.__table__.c.started_at, KEPT_FOR)
"""Sessions that nobody will ask about any more."""
