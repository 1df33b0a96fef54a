"""A new contact in the words the patient reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.i18n import _, day
from shared.time import zone_of

LONGEST_REASON = 500
TOLD_FOR = timedelta(days=14)
"""For how long a change of contact is told on the patient's pages."""


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


@dataclass(frozen=True)
class Told:
    """The same in words to whoever reads: empty where there is nothing to tell."""

    change: str
    wish: str


def told(known: Known, *, own: bool, zone: str, now: datetime) -> Told:
    """``own``: to the patient themselves. ``zone`` is where the patient lives."""
    change, wish = who_from_when(known, own=own, zone=zone, now=now), whose_wish(known, own=own)
    why = _("Why it was not possible: %(why)s", why=known.wish_unmet) if known.wish_unmet else ""
    return Told(f"{change} {known.reason}".strip(), f"{wish} {why}".strip())


def who_from_when(known: Known, *, own: bool, zone: str, now: datetime) -> str:
    """Who it is and from which day on the patient's calendar; empty where no change is told any more."""
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
