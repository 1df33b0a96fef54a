"""Asking for a code and signing in by it. Whoever the register does not let in gets the same work, and the same answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

from services.contract.signin.codes import store
from services.contract.signin.codes.domain import LASTS, TRIES, over
from services.contract.signin.codes.tables import SigninCode
from services.contract.signin.sessions.actions import Entry, begin
from services.contract.signin.sessions.domain import Vouch
from services.contract.signin.throttle import store as tries
from services.contract.signin.throttle.actions import From, let_through
from services.contract.signin.throttle.domain import ACCOUNT
from shared.channels import EMAIL
from shared.context import Ctx
from shared.db import database_now
from shared.errors import Refused
from shared.events import SigninCodeAsked
from shared.i18n import _l

WRONG = _l("The code is not right. Read it once more in the mail.")
OVER = _l("The code no longer works. Ask for a new one.")


def ask(ctx: Ctx, come: From, browser_hash: str, next_path: str) -> timedelta:
    """Have a code sent to whoever has this number, if they may sign in so. Returns how long to wait instead: nothing when
    it was asked for. Nobody learns from it who is there: a row is made and told of in any case."""
    if wait := let_through(ctx, come):
        return wait
    at = database_now(ctx.session)
    store.forget_old(ctx.session, at)
    asked = SigninCode(
        id=uuid4(),
        browser_hash=browser_hash,
        person_id=store.numbered(ctx.session, come.account),
        tries_key=come.key(ACCOUNT),
        next_path=next_path,
        expires_at=at + LASTS,
    )
    ctx.session.add(asked)
    ctx.session.flush()
    ctx.tell(SigninCodeAsked(code_id=asked.id, person_id=asked.person_id, channel=EMAIL, expires_at=asked.expires_at))
    return timedelta()


def enter(ctx: Ctx, browser_hash: str, is_right: Callable[[UUID], bool]) -> Entry:
    """Begin the session of whoever was asked for from this browser. Raises ``Refused`` for a wrong guess, which counts,
    and for a code that no longer works. Called outside a savepoint: a guess counts although it is refused."""
    asked, at = store.asked_from(ctx.session, browser_hash), database_now(ctx.session)
    if asked is None or over(asked.expires_at, asked.used_at, asked.tries, at):
        raise Refused(OVER)
    asked.tries += 1
    ctx.session.flush()
    right, person = is_right(asked.id), store.may_use(ctx.session, asked.person_id or uuid4())
    if not right or person is None:
        raise Refused(OVER) if asked.tries >= TRIES else Refused(WRONG, field="code")
    asked.used_at = at
    tries.forget(ctx.session, asked.tries_key)
    return begin(ctx, person, asked.next_path, Vouch(at))


def is_open(ctx: Ctx, browser_hash: str, code_id: UUID) -> bool:
    """Whether this browser asked for that code and it still works; looking spends nothing."""
    asked = store.asked_from(ctx.session, browser_hash)
    if asked is None or asked.id != code_id:
        return False
    return not over(asked.expires_at, asked.used_at, asked.tries, database_now(ctx.session))
