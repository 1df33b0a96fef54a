"""One round to a provider and back, and whose number a provider's claim holds."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from services.contract.people.domain import identity_key
from services.contract.people.identity.domain import WrongIdentity, read_identity

LASTS = timedelta(minutes=10)
"""How long a round may take: as long as it takes to find the phone and its code."""

LONGEST_NUMBER = 64
Purpose = Literal["state", "nonce", "verifier"]
Why = Literal["broken_off", "stale", "not_now", "unreadable", "unknown"]


class NotVouched(Exception):
    """Nobody is let in. ``why`` is what the page says; ``reason`` what the log says, never a value that was sent."""

    def __init__(self, why: Why, reason: str) -> None:
        super().__init__(reason)
        self.why = why
        self.reason = reason


@dataclass(frozen=True)
class Round:
    """One round. Its secrets are worked out from ``id`` with a key of ours, so the browser that keeps the id has none."""

    id: str
    provider: str
    kind: str
    next_path: str
    since: int = 0
    """Since when the provider must have seen the person, in seconds of the epoch; 0 when it need not see them anew."""

    def secret(self, key: bytes, purpose: Purpose) -> str:
        """The ``state``, the ``nonce`` or the PKCE verifier (64 signs of hex)."""
        return hmac.new(key, f"{purpose}:{self.id}".encode(), hashlib.sha256).hexdigest()

    def is_answered_by(self, key: bytes, state: str) -> bool:
        """Whether an answer belongs to this round."""
        return hmac.compare_digest(self.secret(key, "state").encode(), state.encode())


def seen_at(claim: Any, since: int) -> int | None:
    """When the provider last had the person show who they are (``auth_time``, seconds of the epoch), None when it does not
    tell. Raises ``NotVouched`` when that must be after ``since`` and is not."""
    told = claim if isinstance(claim, int) and not isinstance(claim, bool) and claim > 0 else None
    if since and (told is None or told < since):
        raise NotVouched("not_now", "did not have the person sign in anew")
    return told


def identity_of(kind: str, claim: Any, today: date) -> str:
    """The number, as the register keeps it, that a provider has vouched for. Raises ``NotVouched`` for what can't be
    one: a patient's or a delegate's must be written with all its twelve digits, so that it can be nobody else's."""
    if not isinstance(claim, str) or not 0 < len(claim) <= LONGEST_NUMBER:
        raise NotVouched("unreadable", "the claim holds no number")
    if kind == "staff":
        if (key := identity_key(claim)) is None:
            raise NotVouched("unreadable", "the claim holds no number")
        return key
    try:
        read = read_identity(claim, today)
    except WrongIdentity:
        raise NotVouched("unreadable", "the claim holds no personal number") from None
    if read.kind not in ("personal", "coordination") or sum(sign.isdigit() for sign in claim) != 12:
        raise NotVouched("unreadable", "the claim holds no whole personal number")
    return read.key
