"""Signing in by a one-use link."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from services.contract.people import store as people
from services.contract.signin import store
from services.contract.signin.domain import CODE_BYTES, LINK_MINUTES
from services.contract.signin.sessions.actions import HOME, Entry, begin
from services.contract.signin.sessions.domain import Vouch
from services.contract.signin.tables import SigninLink
from shared.auth import code_hash
from shared.context import Ctx
from shared.db import database_now
from shared.errors import NotFound, Refused
from shared.i18n import _l

LINK_PATH = "/contract/signin/l/"
SPENT = _l("This link has been used, or it is too old. Ask for a new one.")


def mint_link(ctx: Ctx, person_id: UUID, next_path: str = HOME, minutes: int = LINK_MINUTES) -> str:
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
    """Spend the link and begin a session; in a demonstration it is as good as any other way. Raises ``Refused`` for one that
    is spent, too old or not ours: the three look the same."""
    at = database_now(ctx.session)
    spent = store.spend(ctx.session, code_hash(code), at)
    person = people.get(ctx.session, spent[0]) if spent else None
    if spent is None or person is None or person.deceased:
        raise Refused(SPENT)
    return begin(ctx, person, spent[1], Vouch(at, ctx.demo))
