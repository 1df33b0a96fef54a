"""Sending what is due: a batch is claimed and judged in one transaction, sent outside any, and settled in others.

A claim is worked off before the next is made, by the same process. That is the back-pressure: what is claimed is being
sent, so no lease runs out while its messages wait in a queue, and nothing is sent twice because of it. Tasks that carry
messages, one or many, would have to be counted for the same; this needs no count.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session

from services.notify.delivery.breaker import store as breaker
from services.notify.delivery.channel.domain import Channel
from services.notify.delivery.email.actions import mailer
from services.notify.delivery.email.domain import sender_of
from services.notify.delivery.reaper import store as reaper
from services.notify.delivery.sending import store
from services.notify.delivery.sending.domain import LEASE, Ending, Taken, set_aside, unwanted
from services.notify.delivery.sending.outcome.actions import settle, tell
from services.notify.delivery.sending.stopping.actions import undisturbed
from services.notify.delivery.sending.window.actions import Windows
from services.notify.delivery.wording.domain import wants_place
from shared import crash
from shared.channels import EMAIL
from shared.config import Config
from shared.context import Ctx
from shared.events import UnitChanged
from shared.log import place_of
from shared.policy import Who, policy, policy_of
from shared.service import ITSELF, Service
from shared.watch.facts import Hindrance

log = structlog.get_logger()
MOST = 500
NAMES = {EMAIL: "e-mail"}
RUN_SECONDS = 10.0
"""After this long no new claim is made, so that what else is due has its turn."""


@dataclass(frozen=True)
class Batch:
    """What one claim took and what of it may be sent."""

    token: UUID
    at: datetime
    taken: list[Taken]
    units: Mapping[UUID, UnitChanged]
    ended: int


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when a run would find something to do."""
    return reaper.waiting(session, now)


def hindered(session: Session, now: datetime) -> Hindrance | None:
    """The channel that is left alone, and what waits for it."""
    if (pause := breaker.longest(session)) is None:
        return None
    waits, first = reaper.waits_to_be_sent(session, now)
    lost = (first - now).total_seconds() if first else None
    return Hindrance(NAMES.get(pause.channel, pause.channel), "its server does not answer", pause.seconds, waits, lost)


@policy("delivery", "send", Who.SERVICE, log="sent a message")
def run(service: Service) -> int:
    """Send what is due over the configured channels. Returns how many deliveries came to an end."""
    return send_due(service, channels(service.config))


def channels(config: Config) -> dict[str, Channel]:
    """The ways of reaching people that this process has."""
    return {EMAIL: mailer(config.smtp_url, config.mail_from)} if config.smtp_url else {}


def send_due(
    service: Service, by_name: Mapping[str, Channel], seconds: float = RUN_SECONDS, lease: timedelta = LEASE
) -> int:
    """Take over what was left behind, then claim and send until nothing is due or the time is up."""
    until = time.monotonic() + seconds
    ended = take_over(service, by_name)
    while True:
        with undisturbed():
            batch = take(service, by_name, lease)
            if batch:
                windows = Windows(service, by_name, batch.token, lease)
                ended += batch.ended + windows.work_off(batch.taken, batch.units, batch.at)
        if batch is None or time.monotonic() > until:
            return ended


def take_over(service: Service, by_name: Mapping[str, Channel]) -> int:
    """Decide about claims whose lease ran out and messages that may have been sent; while nothing can be sent, end what
    has lost its use. Returns how many deliveries came to an end."""
    with service.act() as ctx:
        left = reaper.reap(ctx.session, ctx.now, repeatable(by_name))
        overdue = reaper.expire(ctx.session, ctx.now) if _all_paused(ctx, by_name) else []
        return tell(service, ctx, [*left, *overdue])


def take(service: Service, by_name: Mapping[str, Channel], lease: timedelta = LEASE) -> Batch | None:
    """Claim a batch, and in the same transaction put back or end what is not wanted now. None when there is nothing, or
    no channel to send it by."""
    with service.act(ITSELF, policy_of(run)) as ctx:
        if _all_paused(ctx, by_name):
            return None
        token, domain = uuid4(), sender_of(service.config.mail_from).domain
        taken = store.claim(ctx.session, token, lease, at=ctx.now, most=MOST, domain=domain)
        if not taken:
            return None
        endings = {t.id: ending for t in taken if (ending := _judged(t, ctx.now))}
        ended = settle(service, ctx, token, list(endings.values()))
        left = [t for t in taken if t.id not in endings]
        ctx.saw({t.patient_id for t in left if t.patient_id})
        batch = Batch(token, ctx.now, left, _units(ctx, left), ended)
        crash.here("claim.written")
    crash.here("claim.committed")
    return batch


def _judged(taken: Taken, at: datetime) -> Ending | None:
    """Each by itself: whatever is wrong with one message must not keep everybody else's."""
    try:
        return unwanted(taken, at)
    except Exception as error:
        log.error("not judged", delivery=str(taken.id), error=type(error).__name__, at=place_of(error))
        return set_aside(taken)


def repeatable(by_name: Mapping[str, Channel]) -> bool:
    """Whether whatever a sender of ours left behind may go again unseen: each of our channels knows a message by its id."""
    return all(channel.keeps_keys for channel in by_name.values())


def _all_paused(ctx: Ctx, by_name: Mapping[str, Channel]) -> bool:
    return all(breaker.paused(ctx.session, name) for name in by_name)


def _units(ctx: Ctx, taken: list[Taken]) -> Mapping[UUID, UnitChanged]:
    ids = {t.unit_id for t in taken if t.unit_id and wants_place(t.recipient)}
    return ctx.directory.units(ctx.session, ids) if ids else {}
