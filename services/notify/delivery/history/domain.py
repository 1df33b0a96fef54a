"""Where a message stands, in a word that promises nothing the ledger does not know."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from services.notify.delivery.domain import State


class Standing(StrEnum):
    """What may be said of a message. ``SENT`` is said only when a mail server has taken it."""

    HELD = "held"
    SOON = "soon"
    SENDING = "sending"
    AGAIN = "again"
    SENT = "sent"
    SENT_TWICE = "sent_twice"
    UNSURE = "unsure"
    UNREACHED = "unreached"
    TOO_LATE = "too_late"
    CALLED_OFF = "called_off"


_PLAIN = {
    State.CLAIMED: Standing.SENDING,
    State.RETRY: Standing.AGAIN,
    State.UNKNOWN: Standing.UNSURE,
    State.REJECTED: Standing.UNREACHED,
    State.EXPIRED: Standing.TOO_LATE,
    State.CANCELLED: Standing.CALLED_OFF,
}
FAILURES = (State.REJECTED, State.FAILED, State.EXPIRED)


def standing(
    state: str, reason: str | None, *, possible_duplicate: bool, not_before: datetime, at: datetime
) -> Standing:
    """Where it stands at ``at``."""
    match State(state):
        case State.SCHEDULED:
            return Standing.HELD if not_before > at else Standing.SOON
        case State.ACCEPTED:
            return Standing.SENT_TWICE if possible_duplicate else Standing.SENT
        case State.FAILED:
            return Standing.UNSURE if reason == "unconfirmed" else Standing.UNREACHED
        case other:
            return _PLAIN[other]
