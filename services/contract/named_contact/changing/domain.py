"""A new contact in the words the patient reads, on the day and beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.i18n import _, day
from shared.time import zone_of

LONGEST_REASON = 500
TOLD_FOR = timedelta(days=14)
"""For how long a change of contact, or that there will be none, is told on the patient's pages."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """The primary contact now. ``since`` and ``reason`` are of a change that is still told, else None and empty;
    ``asked_for`` is whether the patient asked for this person, None where nobody has noted it; ``wish_unmet`` is why the
    person they asked for could not be the one."""

    person_id: UUID
    name: str
    since: datetime | None
    reason: str
    asked_for: bool | None
    wish_unmet: str


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """A change told beforehand: from ``starts`` on ``name`` takes over from ``before``, whom it may lack. ``was`` is the day
    told first where it was moved, ``called_off`` whether it will not be, ``why`` the words for either."""

    person_id: UUID
    name: str
    before: str
    starts: datetime
    was: datetime | None
    reason: str
    why: str
    called_off: bool


@dataclass(frozen=True)
class Told:
    """The same in words to whoever reads: empty where there is nothing to tell."""

    change: str
    wish: str
    ahead: str


def told(known: Known | None, ahead: Ahead | None, *, own: bool, zone: str, now: datetime) -> Told:
    """``own``: to the patient themselves. ``zone`` is the unit's, whose day it is on which somebody takes over."""
    coming = said_ahead(ahead, zone=zone, now=now) if ahead else ""
    if known is None:
        return Told("", "", coming)
    change, wish = who_from_when(known, own=own, zone=zone, now=now), whose_wish(known, own=own)
    why = _("Why it was not possible: %(why)s", why=known.wish_unmet) if known.wish_unmet else ""
    if ahead and ahead.called_off:
        coming = f"{coming} {_still(known, own=own)}"
    return Told(f"{change} {known.reason}".strip(), f"{wish} {why}".strip(), coming)


def _still(known: Known, *, own: bool) -> str:
    if own:
        return _("%(name)s is still your contact.", name=known.name)
    return _("%(name)s is still the contact.", name=known.name)


def said_ahead(ahead: Ahead, *, zone: str, now: datetime) -> str:
    """Who takes over, from whom and from which day; that the day is another than the one told first; or that it will not be."""
    place = zone_of(zone)
    names = {"name": ahead.name, "before": ahead.before, "day": day(ahead.starts, zone=place, now=now)}
    if ahead.called_off:
        return f"{_('%(name)s does not take over on %(day)s.', **names)} {ahead.why}".strip()
    if ahead.before:
        change = _("From %(day)s, %(name)s takes over from %(before)s.", **names)
    else:
        change = _("From %(day)s, %(name)s is the contact.", **names)
    moved = ""
    if ahead.was is not None:
        was = _("The day has changed. Before, it was %(day)s.", day=day(ahead.was, zone=place, now=now))
        moved = f"{was} {ahead.why}".strip()
    return " ".join(filter(None, (change, ahead.reason, moved)))


def who_from_when(known: Known, *, own: bool, zone: str, now: datetime) -> str:
    """Who it is and from which day on; empty where no change is told any more."""
    if known.since is None:
        return ""
    since = day(known.since, zone=zone_of(zone), now=now)
    if own:
        return _("%(name)s is your contact from %(day)s.", name=known.name, day=since)
    return _("%(name)s is the contact from %(day)s.", name=known.name, day=since)


def whose_wish(known: Known, *, own: bool) -> str:
    """What the patient asked for and why it was not done; empty where they asked for nobody."""
    if known.asked_for:
        asked = _("You asked for %(name)s.", name=known.name)
        return asked if own else _("The patient asked for %(name)s.", name=known.name)
    if not known.wish_unmet:
        return ""
    return _("You asked for somebody else.") if own else _("The patient asked for somebody else.")
