"""What became of deliveries: one fenced statement, and the facts others hear, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from services.notify.delivery.domain import ENDED, TOLD_AS, Settled, State
from services.notify.delivery.sending import store
from services.notify.delivery.sending.domain import Ending
from shared.bus import outbox
from shared.context import Ctx
from shared.events import DeliveryDelivered, DeliveryFailed, Event
from shared.service import Service

UNTOLD: dict[str, Callable[[Ctx, UUID], None]] = {}
"""By template: whoever must know that such a message reached nobody; called with what it was about, in the same commit."""


def settle(service: Service, ctx: Ctx, token: UUID, endings: Sequence[Ending]) -> int:
    """Write down the endings of what is still ours, and tell of them. Returns how many came to an end for good."""
    return tell(service, ctx, store.settle(ctx.session, token, endings, ctx.now))


def tell(service: Service, ctx: Ctx, settled: Sequence[Settled]) -> int:
    """Tell what became of reminders, all in one statement, and of the rest whoever must know. Returns how many deliveries
    came to an end for good."""
    for one in settled:
        if one.untold and one.subject_id and (react := UNTOLD.get(one.template)):
            react(ctx, one.subject_id)
    events = [event for one in settled if (event := fact(one, ctx.now))]
    outbox.record(ctx.session, service.sealer, events)
    return sum(one.state in ENDED for one in settled)


def fact(settled: Settled, at: datetime) -> Event | None:
    """What others hear of it: nothing of messages that are no reminders, nor of what they called off themselves."""
    if settled.subject_id is None or settled.attempt is None or settled.state not in ENDED:
        return None
    if settled.state == State.ACCEPTED:
        return DeliveryDelivered(
            reminder_id=settled.subject_id, attempt=settled.attempt, channel=settled.channel or "", at=at
        )
    if settled.reason == "cancelled":
        return None
    reason = settled.reason or settled.state
    if settled.state == State.EXPIRED:
        reason = "expired"
    return DeliveryFailed(
        reminder_id=settled.subject_id, attempt=settled.attempt, reason_key=TOLD_AS.get(reason, reason), at=at
    )
