"""The questions asked about wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.delivery.preference.domain import Wishes, as_rows, from_rows
from services.notify.delivery.preference.tables import Preference


def wishes(session: Session, person_id: UUID) -> Wishes:
    """What this person wishes, or what holds for somebody who has not said."""
    row = session.get(Preference, person_id)
    return of_columns(row.channels, row.quiet_hours, row.detail, row.language) if row else Wishes()


def of_columns(channels: Sequence[str], quiet_hours: Sequence[Any], detail: str, language: str | None) -> Wishes:
    """The wishes that stand in a row."""
    return Wishes(channels=tuple(channels), quiet_hours=from_rows(quiet_hours), detail=detail, language=language)


def keep(session: Session, person_id: UUID, wishes: Wishes, at: datetime) -> None:
    values = {
        "channels": list(wishes.channels),
        "quiet_hours": as_rows(wishes.quiet_hours),
        "detail": wishes.detail,
        "language": wishes.language,
        "changed_at": at,
    }
    row = insert(Preference).values(person_id=person_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))
