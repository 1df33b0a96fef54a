"""Who can stand in for whom, and what patients read while their contact is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from shared.cover import CoverFacts, responsible
from shared.events import Absence
from shared.i18n import _, day
from shared.time import to_instant, to_local, zone_of

LONGEST_NOTE = 500
LONGEST_HANDOVER = 2000
LONGEST_ABSENCE = timedelta(days=2 * 366)


def overlap(one: Absence, other: Absence) -> bool:
    """Whether there is an instant at which both are away."""
    return (one.ends is None or other.starts < one.ends) and (other.ends is None or one.starts < other.ends)


def away_from(first: date, zone: str, at: datetime) -> datetime:
    """When an absence whose first day is ``first`` begins: at midnight, or right now when that day is today."""
    midnight = to_instant(datetime.combine(first, time()), zone)
    return max(midnight, at) if to_local(at, zone).date() == first else midnight


def away_until(last: date, zone: str) -> datetime:
    """When an absence whose last day is ``last`` ends: at the midnight after it."""
    return to_instant(datetime.combine(last + timedelta(days=1), time()), zone)


def last_day(ends: datetime, zone: str) -> date:
    """The last day, where the reader lives, of an absence that ends at ``ends``."""
    return to_local(ends - timedelta(microseconds=1), zone).date()


def moved(facts: Iterable[CoverFacts], person_id: UUID, absence: Absence, at: datetime) -> Counter[UUID | None]:
    """How many contracts the absence would move, by who then answers instead of ``person_id``; None is the unit."""
    found: Counter[UUID | None] = Counter()
    begins = max(absence.starts, at)
    for known in facts:
        if responsible(known, begins).person_id == person_id:
            mine = (*known.absences.get(person_id, ()), absence)
            away = replace(known, absences={**known.absences, person_id: mine})
            found[responsible(away, begins).person_id] += 1
    return found


def away_too(deputy_id: UUID, absences: Mapping[UUID, Collection[Absence]], absence: Absence) -> bool:
    """Whether the deputy is away at some time during ``absence``. Allowed, because the next one is then asked."""
    return any(overlap(known, absence) for known in absences.get(deputy_id, ()))


def words_for_patients(name: str, absence: Absence, answers: str | None, *, zone: str, now: datetime) -> str:
    """What patients read: who is away, until when, and who answers (None: the unit). In the language spoken now."""
    place = zone_of(zone)
    if absence.ends is None:
        away = _("%(name)s is away until further notice.", name=name)
    else:
        away = _("%(name)s is away until and including %(day)s.", name=name, day=day(last_day(absence.ends, zone)))
    if absence.starts > now:
        away = _("From %(day)s: %(away)s", day=day(absence.starts, zone=place), away=away)
    instead = _("%(name)s answers you instead.", name=answers) if answers else _("The unit answers you instead.")
    return f"{away} {instead}"
