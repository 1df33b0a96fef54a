"""The rules of sending: is a message still wanted, when and how may it go, and what follows from an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.notify.delivery.channel.domain import Fate, Outcome
from services.notify.delivery.domain import ENDED, Klass, State
from services.notify.delivery.preference.domain import MINIMAL, PLACE, Wishes
from shared.channels import EMAIL
from shared.time import quiet_shift

LEASE = timedelta(seconds=60)
"""How long a claim holds, in real time, unless it is renewed. The parts of it below are well inside it together, however
slow the server."""

FRESH, WINDOW = 1 / 4, 1 / 2
"""A lease confirmed so recently need not be renewed before the next window is sent; a window's deadline."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
UNKNOWN_PERSON_WAIT = timedelta(seconds=5)
"""What contract tells of a person may arrive after what selfcare tells about them: the two come by different streams."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """What decides whether and how one person may be written to."""

    language: str
    zone: str
    email: str | None
    protected: bool = False
    deceased: date | None = None
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One claimed delivery with everything that its sending depends on, read by the claim itself.

    ``recipient`` None: nobody has told us of this person yet, or what we keep of them can't be read (``spoiled``).
    ``may_receive``: whether a delegate's right to the patient's reminders stands; None when no delegation is known, or
    none is needed. ``left_by``: the channel it left by already, before the ledger was brought back from a backup.
    """

    id: UUID
    message_id: str
    klass: Klass
    recipient_id: UUID
    patient_id: UUID | None
    unit_id: UUID | None
    subject_id: UUID | None
    attempt: int | None
    template: str
    version: int
    params: Mapping[str, Any]
    useful_until: datetime
    ignore_quiet: bool
    tried: Sequence[str]
    attempts: int
    possible_duplicate: bool
    recipient: Recipient | None
    spoiled: bool = False
    patient_deceased: date | None = None
    may_receive: bool | None = None
    left_by: str | None = None

    @property
    def for_delegate(self) -> bool:
        """Whether this is a patient's reminder to somebody else."""
        return self.attempt is not None and self.patient_id != self.recipient_id


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What is written down about one claimed delivery. ``again_in`` is real time; ``not_before`` the product's."""

    id: UUID
    state: State
    reason: str | None = None
    again_in: timedelta | None = None
    not_before: datetime | None = None
    channel: str | None = None
    refused_by: str | None = None
    language: str | None = None
    detail: str | None = None
    counts: bool = False

    @property
    def final(self) -> bool:
        return self.state in ENDED


def unwanted(taken: Taken, at: datetime) -> Ending | None:
    """Why this delivery must not be sent now, or None when it may. Judged inside the claim's own transaction."""
    if taken.left_by:
        return Ending(id=taken.id, state=State.ACCEPTED, reason="left_before_restore", channel=taken.left_by)
    if taken.spoiled:
        return set_aside(taken)
    if taken.useful_until < at:
        return Ending(id=taken.id, state=State.EXPIRED, reason="expired")
    if (taken.patient_deceased and taken.klass != Klass.STAFF_NOTICE) or (taken.recipient and taken.recipient.deceased):
        return Ending(id=taken.id, state=State.CANCELLED, reason="deceased")
    if taken.recipient is None or (taken.for_delegate and taken.may_receive is None):
        return Ending(id=taken.id, state=State.RETRY, reason="unknown_person", again_in=UNKNOWN_PERSON_WAIT)
    if taken.for_delegate and not taken.may_receive:
        return Ending(id=taken.id, state=State.CANCELLED, reason="consent_ended")
    if channel_for(taken) is None:
        return Ending(id=taken.id, state=State.FAILED, reason="no_channel")
    return None if taken.ignore_quiet else _quiet(taken, taken.recipient, at)


def set_aside(taken: Taken) -> Ending:
    """One that can't be judged goes to people, as what could not be delivered does; the others go on."""
    return Ending(id=taken.id, state=State.FAILED, reason="fault")


def _quiet(taken: Taken, recipient: Recipient, at: datetime) -> Ending | None:
    """Quiet hours may hold a message, but not past its use: then it is shown in the product only."""
    when = quiet_shift(at, taken.useful_until, recipient.wishes.quiet_hours, recipient.zone, not_before=at)
    if when is None:
        return Ending(id=taken.id, state=State.EXPIRED, reason="quiet")
    return Ending(id=taken.id, state=State.SCHEDULED, reason="quiet", not_before=when) if when > at else None


def address(recipient: Recipient, channel: str) -> str | None:
    """Where the channel reaches this person."""
    return recipient.email if channel == EMAIL else None


def channel_for(taken: Taken) -> str | None:
    """The first channel of the person's own order that has an address and has not refused this message."""
    recipient = taken.recipient
    if recipient is None:
        return None
    left = (c for c in recipient.wishes.channels if c not in taken.tried and address(recipient, c))
    return next(left, None)


def detail_for(recipient: Recipient, *, neutral_unit: bool) -> str:
    """How much may be said: the person's own choice, but the least for protected persons and units that are never named."""
    if recipient.protected or neutral_unit or recipient.wishes.detail != PLACE:
        return MINIMAL
    return PLACE


def after(taken: Taken, outcome: Outcome, channel: str, at: datetime) -> Ending:
    """What follows from an outcome."""
    match outcome.fate:
        case Fate.ACCEPTED:
            return Ending(id=taken.id, state=State.ACCEPTED, channel=channel, counts=True)
        case Fate.UNKNOWN:
            return Ending(id=taken.id, state=State.UNKNOWN, reason=outcome.reason, channel=channel, counts=True)
        case Fate.UNTRIED:
            return Ending(id=taken.id, state=State.SCHEDULED, reason=outcome.reason)
        case Fate.REFUSED:
            return _refused(taken, outcome, channel)
        case Fate.LATER:
            return _later(taken, outcome, channel, at)


def _refused(taken: Taken, outcome: Outcome, channel: str) -> Ending:
    recipient = taken.recipient
    others = recipient.wishes.channels if recipient else ()
    left = any(c != channel and c not in taken.tried and recipient and address(recipient, c) for c in others)
    state, reason = (State.RETRY, outcome.reason) if left else (State.REJECTED, "unreachable")
    return Ending(id=taken.id, state=state, reason=reason, channel=channel, refused_by=channel, counts=True)


def _later(taken: Taken, outcome: Outcome, channel: str, at: datetime) -> Ending:
    wait = back_off(taken.attempts, taken.id)
    if at + wait > taken.useful_until:
        return Ending(id=taken.id, state=State.EXPIRED, reason=outcome.reason, channel=channel, counts=True)
    return Ending(id=taken.id, state=State.RETRY, reason=outcome.reason, again_in=wait, channel=channel, counts=True)


def back_off(attempts: int, key: UUID) -> timedelta:
    """How long to wait after the attempt that follows ``attempts`` others: doubling, spread by the message's own id so
    that what failed together does not come back together."""
    spread = 0.75 + (key.int % 512) / 1024
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts, 10)
    return min(doubled, LONGEST_WAIT) * spread
