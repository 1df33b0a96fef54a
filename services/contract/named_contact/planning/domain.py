"""The day on which a contact may take over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.contract.named_contact.domain import away_from
from shared.errors import Refused
from shared.i18n import _l

FURTHEST = timedelta(days=366)
"""How far ahead somebody may be told who their contact will be."""


def takes_over(day: date | None, zone: str, at: datetime) -> datetime:
    """When somebody who takes over on ``day`` begins: at its first instant at the unit, or right now when that day is today
    or none is chosen. Refuses a day that has been, or is too far away."""
    starts = at if day is None else away_from(day, zone, at)
    if not at <= starts <= at + FURTHEST:
        raise Refused(_l("Choose today or a day to come, at most a year away."), field="day")
    return starts
