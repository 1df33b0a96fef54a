"""A round to a provider and back: where it leads, and who comes back from it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import lru_cache

from services.contract.people import store as people
from services.contract.signin.oidc import store
from services.contract.signin.oidc.domain import NotVouched, Round, identity_of, seen_at
from services.contract.signin.oidc.peer.actions import Peer
from services.contract.signin.oidc.peer.domain import LEEWAY_SECONDS
from services.contract.signin.sessions.actions import Entry, begin
from services.contract.signin.sessions.domain import Vouch
from services.contract.units.domain import HOME_ZONE
from shared.auth import code_hash
from shared.context import Ctx
from shared.db import database_now
from shared.providers import Provider
from shared.time import to_local

ID_BYTES = 16


def new_round(ctx: Ctx, provider: Provider, kind: str, next_path: str, *, again: bool = False) -> Round:
    """``again``: they are signed in already, and the provider is to see them anew."""
    since = int(database_now(ctx.session).timestamp()) if again else 0
    return Round(secrets.token_urlsafe(ID_BYTES), provider.id, kind, next_path, since)


def leads_to(asked: Round, provider: Provider, key: bytes, redirect_uri: str) -> str:
    """The provider's page. Raises ``NotVouched`` when it can't be reached."""
    nonce, verifier = asked.secret(key, "nonce"), asked.secret(key, "verifier")
    return peer(provider).address(redirect_uri, asked.secret(key, "state"), nonce, verifier, again=asked.since > 0)


def come_back(ctx: Ctx, asked: Round, provider: Provider, key: bytes, redirect_uri: str, *, code: str) -> Entry:
    """Begin the session of whoever the provider vouches for. Raises ``NotVouched``; then nothing has been made.

    The provider is asked first: until it has answered no connection to the database is held.
    """
    there, claim = peer(provider), provider.claims[asked.kind]
    nonce, verifier = asked.secret(key, "nonce"), asked.secret(key, "verifier")
    claims, access_token = there.vouched(code, redirect_uri, nonce, verifier)
    told = claims if claim in claims else there.more(claims, access_token)
    identity = identity_of(asked.kind, told.get(claim), to_local(ctx.now, HOME_ZONE).date())
    at, since = database_now(ctx.session), asked.since - LEEWAY_SECONDS if asked.since else 0
    seen = seen_at(claims.get("auth_time"), since)
    if not store.use_up(ctx.session, code_hash(asked.id), at):
        raise NotVouched("stale", "the round was used before")
    person = people.by_identity(ctx.session, asked.kind, identity)
    if person is None or person.deceased:
        raise NotVouched("unknown", "nobody living here has this number")
    vouched_at = datetime.fromtimestamp(min(seen, at.timestamp()), UTC) if seen else None
    return begin(ctx, person, asked.next_path, Vouch(vouched_at, strong=True))


@lru_cache(32)
def peer(provider: Provider) -> Peer:
    """A process keeps one of each: its connections, and what the provider has told of itself."""
    return Peer(provider)
