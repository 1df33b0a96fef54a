"""Starts the clock of a request again after it waited for the patient."""

from __future__ import annotations

from datetime import datetime

from services.notify.requests.domain import Priority
from services.notify.requests.promise.domain import resumed
from services.notify.requests.tables import ContactRequest
from shared.time import WorkingCalendar


def wake(row: ContactRequest, at: datetime, calendar: WorkingCalendar) -> None:
    """What was promised moves by as long as the clock stood still. Nothing happens to a clock that runs."""
    if row.waiting_since is None:
        return
    stood_still, priority = at - row.waiting_since, Priority(row.priority)
    row.clock_from += stood_still
    row.answer_by = resumed(row.answer_by, stood_still, priority, calendar)
    row.acknowledge_by = min(row.acknowledge_by + stood_still, row.answer_by)
    row.waiting_since = None
