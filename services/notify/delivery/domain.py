"""Where a message in the send ledger stands.

scheduled → claimed → accepted
                   ↘ retry → claimed …      not sent: again after a while, never past its use
                   ↘ unknown → retry        may have been sent: again, marked, if a second is better than none
                             ↘ failed       … and not again if silence is better
                   ↘ rejected               refused, and no channel is left
scheduled, retry → cancelled | expired | failed    no longer wanted, too late, no way to reach them
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a delivery stands."""

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    RETRY = "retry"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


WAITING = (State.SCHEDULED, State.RETRY)
ENDED = (State.ACCEPTED, State.REJECTED, State.CANCELLED, State.EXPIRED, State.FAILED)


class Klass(StrEnum):
    """What is worse for this kind of message: that it comes twice, or not at all."""

    CLINICAL_REMINDER = "clinical_reminder"
    CONVENIENCE = "convenience"
    STAFF_NOTICE = "staff_notice"


PREFER_DUPLICATE = (Klass.CLINICAL_REMINDER, Klass.STAFF_NOTICE)

TOLD_AS = {
    "consent_ended": "no_channel",
    "unconfirmed": "unreachable",
}
"""Reasons kept here in full, and the published one that others are told."""


@dataclass(frozen=True)
class Settled:
    """What now stands about one delivery: enough to tell others of it."""

    state: str
    reason: str | None
    subject_id: UUID | None
    attempt: int | None
    channel: str | None
    template: str

    @property
    def untold(self) -> bool:
        """Whether somebody was to be told and no channel of ours will: not what was called off."""
        return self.state in (State.REJECTED, State.EXPIRED, State.FAILED)
