"""Gathers what the rules look at, and keeps what they found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contract.next_contact import store as next_contacts
from services.contract.plan import store
from services.contract.plan.conflicts.domain import Duty, Finding, Span
from services.contract.plan.conflicts.tables import NotThen, PlanBooking, PlanFinding
from services.contract.plan.domain import OPEN, Party, State
from services.contract.plan.tables import PlanActivity
from shared.context import Ctx
from shared.events import Booking
from shared.time import to_instant

USUAL = timedelta(minutes=30)
"""How long something takes when nobody has said."""

DAY = timedelta(days=1)


def one_at_a_time(session: Session, patient_id: UUID) -> None:
    """Whoever looks at a patient's plan next waits until this transaction has ended, and sees what it did."""
    key = sa.func.hashtextextended(f"plan:{patient_id}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def open_activities(session: Session, patient_id: UUID) -> list[PlanActivity]:
    return [row for row in store.activities(session, patient_id) if State(row.state) in OPEN]


def spans(ctx: Ctx, patient_id: UUID, rows: Sequence[PlanActivity], zone: str) -> list[Span]:
    """What has a day, as instants; the agreed time of the next contact among it."""
    found = [_span(row, zone) for row in rows if row.on_date and not row.until]
    contracts = ctx.directory.contracts_of(ctx.session, patient_id)
    row = next_contacts.current(ctx.session, contracts[0]) if contracts else None
    agreed = next_contacts.times(row).agreed if row else None
    if row is None or agreed is None:
        return found
    return [*found, Span(f"next_contact:{row.id}", agreed, agreed + timedelta(minutes=row.minutes))]


def taken(session: Session, patient_id: UUID, days: Collection[date], zone: str) -> list[Span]:
    """When the patient can't come on these days, and when they are booked for a dialysis session or a stay."""
    said = [(row, day) for row in not_then(session, patient_id) for day in sorted(days) if _falls(row, day)]
    query = sa.select(PlanBooking.starts_at, PlanBooking.ends_at).where(PlanBooking.patient_id == patient_id)
    booked = session.execute(query.order_by(PlanBooking.starts_at, PlanBooking.ends_at))
    return [
        *(Span(f"not_then:{row.id}", *_hours(row, day, zone)) for row, day in said),
        *(Span("booking", starts, ends) for starts, ends in booked),
    ]


def keep_bookings(session: Session, patient_id: UUID, times: Collection[Booking]) -> None:
    """What the patient is booked for is this, and nothing else."""
    session.execute(sa.delete(PlanBooking).where(PlanBooking.patient_id == patient_id))
    rows = [{"patient_id": patient_id, "starts_at": one.starts, "ends_at": one.ends} for one in times]
    if rows:
        session.execute(insert(PlanBooking).values(rows).on_conflict_do_nothing())


def duties(rows: Sequence[PlanActivity]) -> Iterator[Duty]:
    """What somebody must take on. What a care record told, nobody was asked about: whoever wrote it has taken it on."""
    for row in rows:
        party = "" if row.party == Party.NOBODY else row.party
        accepted = row.asked_at is None or row.accepted_at is not None
        yield Duty(str(row.id), party, accepted, row.asked_at or row.added_at)


def not_then(session: Session, patient_id: UUID) -> list[NotThen]:
    query = sa.select(NotThen).where(NotThen.patient_id == patient_id, NotThen.removed_at.is_(None))
    return list(session.scalars(query.order_by(NotThen.weekday, NotThen.starts_on, NotThen.id)))


def standing(session: Session, patient_id: UUID) -> list[PlanFinding]:
    """What can't go together now, what was found first coming first."""
    query = sa.select(PlanFinding).where(PlanFinding.patient_id == patient_id)
    return list(session.scalars(query.order_by(PlanFinding.found_at, PlanFinding.key)))


def forget(session: Session, patient_id: UUID, found: Sequence[Finding]) -> list[list[str]]:
    """Forget what no longer stands. Returns what each of it was about."""
    keys = [one.key for one in found]
    gone = sa.delete(PlanFinding).where(PlanFinding.patient_id == patient_id, PlanFinding.key.not_in(keys))
    return list(session.scalars(gone.returning(PlanFinding.about)))


def keep(ctx: Ctx, patient_id: UUID, found: Sequence[Finding]) -> list[Finding]:
    """Keep what stands. Returns what is new."""
    if not found:
        return []
    rows = [
        {"patient_id": patient_id, "key": one.key, "rule": one.rule, "about": list(one.about), "found_at": ctx.now}
        for one in found
    ]
    added = insert(PlanFinding).values(rows).on_conflict_do_nothing().returning(PlanFinding.key)
    fresh = set(ctx.session.scalars(added))
    return [one for one in found if one.key in fresh]


def waiting_since(session: Session, now: datetime) -> datetime | None:
    query = sa.select(sa.func.min(PlanActivity.accept_by)).where(PlanActivity.accept_by <= now)
    return session.execute(query).scalar_one()


def claim_unaccepted(session: Session, now: datetime, most: int) -> set[UUID]:
    """The patients of the activities that nobody has taken on in time; each activity is claimed once."""
    due = sa.select(PlanActivity.id).where(PlanActivity.accept_by <= now).order_by(PlanActivity.accept_by).limit(most)
    claimed = sa.update(PlanActivity).where(PlanActivity.id.in_(due.with_for_update(skip_locked=True)))
    return set(session.scalars(claimed.values(accept_by=None).returning(PlanActivity.patient_id)))


def _span(row: PlanActivity, zone: str) -> Span:
    day = row.on_date or date.min
    if row.clock is None:
        return Span(str(row.id), *_whole(day, zone), row.place, all_day=True)
    starts = to_instant(datetime.combine(day, row.clock), zone)
    return Span(str(row.id), starts, starts + (timedelta(minutes=row.minutes) if row.minutes else USUAL), row.place)


def _whole(day: date, zone: str) -> tuple[datetime, datetime]:
    return to_instant(datetime.combine(day, time.min), zone), to_instant(datetime.combine(day + DAY, time.min), zone)


def _hours(row: NotThen, day: date, zone: str) -> tuple[datetime, datetime]:
    if row.opens is None or row.closes is None:
        return _whole(day, zone)
    return to_instant(datetime.combine(day, row.opens), zone), to_instant(datetime.combine(day, row.closes), zone)


def _falls(row: NotThen, day: date) -> bool:
    if row.weekday is not None:
        return day.isoweekday() == row.weekday
    return row.starts_on is not None and row.starts_on <= day <= (row.ends_on or row.starts_on)
