"""When a next contact is to be told of, and which are by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import HELD, Kind, State
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.watching.domain import alarms, next_alarm, passed_on
from shared.time import to_instant

BATCH = 500


def watch(row: NextContact) -> None:
    """Count anew when the care is to be told, from midnight of that day where the patient lives; what is over is watched
    no more."""
    held = State(row.state) in HELD
    found = alarms(Kind(row.kind), row.latest, local=row.starts_local or row.suggested_local, held=held)
    ahead = next_alarm(found, row.watched) if row.closed_at is None else None
    row.watch_at = to_instant(datetime.combine(ahead[0], time.min), row.zone) if ahead else None
    row.watch_reason = ahead[1] if ahead else ""


def step_over(session: Session, contract_id: UUID) -> datetime | None:
    """When the contract's next contact lies behind, or, with none to come, since when there is none: None for never any."""
    row = next_contacts.current(session, contract_id)
    if row is not None:
        day = passed_on(starts=row.starts_local, suggested=row.suggested_local, latest=row.latest)
        if day is not None:
            return to_instant(datetime.combine(day, time.min), row.zone)
    gone = sa.select(sa.func.max(NextContact.closed_at)).where(NextContact.contract_id == contract_id)
    return session.execute(gone).scalar_one()


def due_since(session: Session, now: datetime) -> datetime | None:
    """Since when the first of those that are due has been."""
    query = sa.select(sa.func.min(NextContact.watch_at)).where(NextContact.watch_at <= now)
    return session.execute(query).scalar_one()


def claim(session: Session, now: datetime) -> Sequence[NextContact]:
    """Those whose time has come, held for this act; what another act holds is left for the next round."""
    query = sa.select(NextContact).where(NextContact.watch_at <= now).order_by(NextContact.watch_at).limit(BATCH)
    return session.scalars(query.with_for_update(skip_locked=True)).all()
