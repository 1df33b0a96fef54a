"""The digests: one message to each person about everything that waits for them, with counts and a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.notify.delivery import actions as delivery
from services.notify.delivery.domain import Klass
from services.notify.delivery.message.domain import WORK_DIGEST
from services.notify.requests.domain import OPEN, Priority
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import whole_unit
from services.notify.requests.telling.digest import store
from services.notify.requests.telling.domain import next_digest
from services.notify.requests.telling.tables import WorkNotice
from shared.context import Ctx
from shared.policy import Who, policy, policy_of
from shared.service import Service
from shared.time import calendar_of

STAYS_USEFUL = timedelta(days=1)


@dataclass
class Digest:
    """What one person is told at one time: of which requests, by id and priority."""

    time: datetime
    requests: dict[UUID, str] = field(default_factory=dict)
    notices: int = 0


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when the time of a digest has come."""
    return store.to_tell_since(session, now)


@policy("request", "tell", Who.SERVICE)
def run(service: Service) -> int:
    """Send every digest whose time has come. Returns how many people were told."""
    with service.act(declared=policy_of(run)) as ctx:
        rows = store.requests_to_tell(ctx.session, ctx.now)
        notices = store.notices_to_tell(ctx.session, ctx.now)
        digests = _digests(ctx, rows, notices)
        _count_the_rest(ctx, digests)
        for person, digest in digests.items():
            _send(ctx, person, digest)
        _settle(ctx, rows, notices)
        return len(digests)


def _digests(ctx: Ctx, rows: list[ContactRequest], notices: list[WorkNotice]) -> dict[UUID, Digest]:
    """Who is told now: whoever has something unread, whoever a late request was put before, whoever has a notice."""
    digests: dict[UUID, Digest] = {}
    due = {row.id: row for row in rows if row.state in OPEN}
    told = store.watchers(ctx.session, due)
    for row in (row for row in due.values() if row.unread_at):
        told += [(row.id, person) for person in _readers(ctx, row)]
    for request_id, person in told:
        row = due[request_id]
        digests.setdefault(person, Digest(row.tell_at or ctx.now)).requests[row.id] = row.priority
    for notice in notices:
        digests.setdefault(notice.person_id, Digest(notice.tell_at or ctx.now))
    return digests


def _readers(ctx: Ctx, row: ContactRequest) -> list[UUID]:
    return [row.responsible_id] if row.responsible_id else whole_unit(ctx, row.unit_id)


def _count_the_rest(ctx: Ctx, digests: dict[UUID, Digest]) -> None:
    """Whatever else waits for the same people is told with it."""
    for person, request_id, priority in store.unread_of(ctx.session, digests):
        digests[person].requests[request_id] = priority
    for person, count in store.unseen_of(ctx.session, digests).items():
        digests[person].notices = count


def _send(ctx: Ctx, person: UUID, digest: Digest) -> None:
    urgent = sum(priority == Priority.URGENT for priority in digest.requests.values())
    delivery.enqueue(
        ctx,
        dedup_key=f"digest:{person}:{digest.time.isoformat()}",
        recipient_id=person,
        template=WORK_DIGEST,
        params={"waiting": len(digest.requests) + digest.notices, "urgent": urgent},
        klass=Klass.STAFF_NOTICE,
        useful_until=ctx.now + STAYS_USEFUL,
    )


def _settle(ctx: Ctx, rows: list[ContactRequest], notices: list[WorkNotice]) -> None:
    """What is still unread is told again at the next digest; a notice is told once."""
    units = ctx.directory.units(ctx.session, {row.unit_id for row in rows})
    for row in rows:
        unit = units.get(row.unit_id)
        again = row.state in OPEN and row.unread_at is not None and unit is not None
        row.told_at = ctx.now
        row.tell_at = next_digest(ctx.now, calendar_of(unit)) if again and unit else None
    store.have_been_told(ctx.session, [row.id for row in rows])
    for notice in notices:
        notice.tell_at = None
