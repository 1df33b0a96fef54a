"""How much may be asked for in a minute or an hour: enough for anybody at work, too little to wear a service out.

Who has a session is counted by it, a stranger by the place they ask from. The counts stand in Redis for all processes, under
keyed hashes: neither a person nor an address can be read there. While Redis is away each process counts for itself and
gives half as much, so there is always a limit and nobody is ever locked out by its absence.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import structlog
from flask import current_app, request
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from shared.bus.seal import derive
from shared.config import Config
from shared.web.guard import SAFE, signed_in
from shared.web.place import place_of
from shared.web.ways import SIGN_IN

log = structlog.get_logger()

AT_WORK = 600
"""Requests a minute of one session: a page with parts that ask by themselves takes a tenth of it."""
STRANGERS = 1200
"""Of one place without a session: a whole hospital may be behind one address."""
SIGNING_IN = 120
"""Attempts to sign in from one place. Who guesses is slowed long before by ``signin.throttle``."""
HEAVY = 60
"""Of what reads or writes a whole file."""
WHOLE_FILES = frozenset(
    {("import", "try"), ("import", "run"), ("person_import", "try"), ("person_import", "run"), ("person", "export")}
)
"""What a policy names so."""
GUESSING = 20
"""How often in an hour one person may write a number that opens somebody's pages in an emergency, in all their sessions."""
GUESSES = frozenset({("break-glass session", "open"), ("break-glass session", "open past block")})
"""What a policy names so."""
MINUTE, HOUR = 1, 60
ALONE_DIVIDES = 2
AWAY_SECONDS = 5.0
"""So long Redis is not asked again after it did not answer."""
PATIENCE_SECONDS = 0.25


@dataclass(frozen=True)
class Allowed:
    """So much of one kind in so many minutes."""

    kind: str
    amount: int
    minutes: int = MINUTE


class Rates:
    """The counts of one web role. ``check`` runs before every view."""

    def __init__(self, config: Config, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._config, self._stopwatch = config, stopwatch
        self._key = derive(config.form_keys[0], "rates")
        self._asked_again = 0.0
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = None
        if (config.broker_url or "").startswith(("redis://", "rediss://")):
            patience: Any = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
            counts = RedisStorage(str(config.broker_url), wrap_exceptions=True, key_prefix="rates", **patience)
            self._shared = FixedWindowRateLimiter(counts)

    def check(self) -> None:
        """Raises ``TooManyRequests`` with the seconds to wait. Static files and the door between services are not counted."""
        if request.endpoint == "static" or request.blueprint == "internal":
            return
        for allowed, whose in self._counted():
            self._count(replace(allowed, amount=allowed.amount * self._config.rate_factor), self._hidden(whose))

    def _counted(self) -> Iterator[tuple[Allowed, str]]:
        cookie, place = signed_in(self._config), place_of(request.remote_addr or "")
        whose = f"session {cookie.session_id}" if cookie else place
        yield (Allowed("at work", AT_WORK) if cookie else Allowed("stranger", STRANGERS)), whose
        changes = request.method not in SAFE
        if changes and request.path.startswith(SIGN_IN):
            yield Allowed("signing in", SIGNING_IN), place
        declared = getattr(current_app.view_functions.get(request.endpoint or ""), "policy", None)
        does = (declared.resource, declared.action) if declared else None
        if does in WHOLE_FILES:
            yield Allowed("heavy", HEAVY), whose
        if changes and cookie and does in GUESSES:
            yield Allowed("guessing", GUESSING, HOUR), f"person {cookie.person_id}"

    def _count(self, allowed: Allowed, whose: str) -> None:
        if self._shared is not None and self._stopwatch() >= self._asked_again:
            try:
                return _hit(self._shared, allowed, whose)
            except StorageError as error:
                self._asked_again = self._stopwatch() + AWAY_SECONDS
                log.warning("rates are counted here alone", error=type(error.storage_error).__name__)
        return _hit(self._own, replace(allowed, amount=max(1, allowed.amount // ALONE_DIVIDES)), whose)

    def _hidden(self, whose: str) -> str:
        return hmac.new(self._key, whose.encode(), hashlib.sha256).hexdigest()[:32]


def _hit(counts: FixedWindowRateLimiter, allowed: Allowed, whose: str) -> None:
    item = RateLimitItemPerMinute(allowed.amount, allowed.minutes)
    if not counts.hit(item, allowed.kind, whose):
        left = counts.get_window_stats(item, allowed.kind, whose).reset_time - time.time()
        log.warning("too much is asked for", kind=allowed.kind)
        raise TooManyRequests(retry_after=max(1, math.ceil(left)))
