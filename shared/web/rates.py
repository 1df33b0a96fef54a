"""How much may be asked for in a minute: enough for anybody at work, too little to wear a service out.

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
ALONE_DIVIDES = 2
AWAY_SECONDS = 5.0
"""So long Redis is not asked again after it did not answer."""
PATIENCE_SECONDS = 0.25


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
        for kind, amount, whose in self._counted():
            self._count(kind, amount * self._config.rate_factor, self._hidden(whose))

    def _counted(self) -> Iterator[tuple[str, int, str]]:
        cookie, place = signed_in(self._config), place_of(request.remote_addr or "")
        whose = f"session {cookie.session_id}" if cookie else place
        yield ("at work", AT_WORK, whose) if cookie else ("stranger", STRANGERS, whose)
        if request.method not in SAFE and request.path.startswith(SIGN_IN):
            yield "signing in", SIGNING_IN, place
        declared = getattr(current_app.view_functions.get(request.endpoint or ""), "policy", None)
        if declared and (declared.resource, declared.action) in WHOLE_FILES:
            yield "heavy", HEAVY, whose

    def _count(self, kind: str, amount: int, whose: str) -> None:
        if self._shared is not None and self._stopwatch() >= self._asked_again:
            try:
                return _hit(self._shared, amount, kind, whose)
            except StorageError as error:
                self._asked_again = self._stopwatch() + AWAY_SECONDS
                log.warning("rates are counted here alone", error=type(error.storage_error).__name__)
        return _hit(self._own, max(1, amount // ALONE_DIVIDES), kind, whose)

    def _hidden(self, whose: str) -> str:
        return hmac.new(self._key, whose.encode(), hashlib.sha256).hexdigest()[:32]


def _hit(counts: FixedWindowRateLimiter, amount: int, kind: str, whose: str) -> None:
    item = RateLimitItemPerMinute(amount)
    if not counts.hit(item, kind, whose):
        left = counts.get_window_stats(item, kind, whose).reset_time - time.time()
        log.warning("too much is asked for", kind=kind)
        raise TooManyRequests(retry_after=max(1, math.ceil(left)))
