"""Tells when patients are booked: all of it each time, so that whoever hears only the last of it knows everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.selfcare.reminders.booked import store
from shared.context import Ctx
from shared.events import Booking, BookingsChanged

Source = Callable[[Session, Sequence[UUID], datetime], Iterable[tuple[UUID, datetime, datetime]]]

SOURCES: list[Source] = []
"""Who knows of bookings that are not over: patient, first and last instant of each. The programmes above add theirs when
the service is wired."""


def tell_booked(ctx: Ctx, patient_ids: Collection[UUID]) -> None:
    """Tell everything these patients are booked for from now on, after something about it has changed."""
    if not patient_ids:
        return
    patients = sorted(set(patient_ids))
    store.one_at_a_time(ctx.session, patients)
    times: dict[UUID, set[tuple[datetime, datetime]]] = defaultdict(set)
    for source in SOURCES:
        for patient_id, starts, ends in source(ctx.session, patients, ctx.now):
            times[patient_id].add((starts, ends))
    ctx.tell_all([BookingsChanged(patient_id=one, times=_in_order(times[one])) for one in patients])


def _in_order(times: Iterable[tuple[datetime, datetime]]) -> tuple[Booking, ...]:
    return tuple(Booking(starts=starts, ends=ends) for starts, ends in sorted(times))
