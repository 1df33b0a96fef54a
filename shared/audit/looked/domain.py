"""A row of the access log as the patient reads it: who, for whom, at which unit, when, what, and why they were let in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.i18n import _, _l
from shared.policy import Who
from shared.roles import NOT_IN_CARE, called

WHY = {
    Who.CONTACT: _l("Is your named contact"),
    Who.DEPUTY: _l("Answered in place of your contact"),
    Who.CONTACT_BEFORE: _l("Was your named contact before"),
    Who.BREAK_GLASS: _l("Opened your pages in an emergency, and wrote why"),
    Who.DELEGATE: _l("Helps you: you or the law have said so"),
    Who.STAFF: _l("Works at the unit"),
    Who.ADMIN: _l("Keeps the unit's lists"),
    Who.AUDITOR: _l("Checks that no one looks without reason"),
    Who.SERVICE: _l("Happens by itself. No one has read"),
    Who.OPERATOR: _l("Keeps the system at work"),
    Who.PATIENT: _l("It is yours"),
    Who.ANYONE: _l("Had the link in the message"),
}
QUIET = (Who.SERVICE, Who.PATIENT)
"""Left out until everything is asked for: what nobody read, and what the patient did."""


LOOKED_ON = timedelta(minutes=15)
"""Whoever comes back to the same thing within this time is still looking (own)."""


@dataclass(frozen=True)
class Act:
    """One row of the log; or, ``folded``, ``times`` rows that say the same, from ``since`` until ``at``."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor_as: str
    unit_id: UUID | None
    what: str
    glass_id: UUID | None = None
    session_id: UUID | None = None
    since: datetime | None = None
    times: int = 1


@dataclass(frozen=True)
class Looked:
    """The same in words, in the language that is spoken."""

    at: datetime
    since: datetime
    times: int
    who: str
    part: str
    unit: str
    what: str
    why: str


def in_words(act: Act, name: str | None, roles: Collection[str], unit: str | None, reason: str = "") -> Looked:
    """``name`` and ``roles``: of the actor, as far as they are known here; ``unit``: the name of the unit; ``reason``: what
    they wrote when they opened the pages in an emergency."""
    return Looked(
        at=act.at,
        since=act.since or act.at,
        times=act.times,
        who=_who(Who(act.actor_as), name),
        part=", ".join(map(str, called(roles))),
        unit=unit or "",
        what=_(act.what),
        why=_("In an emergency. They wrote: %(reason)s", reason=reason) if reason else _why(Who(act.actor_as), roles),
    )


def _why(acted_as: Who, roles: Collection[str]) -> str:
    """Staff who have no part in the care are let in by what they do there."""
    if acted_as is Who.STAFF and roles and set(roles).issubset(NOT_IN_CARE):
        acted_as = Who.ADMIN if "admin" in roles else Who.AUDITOR
    return str(WHY.get(acted_as, WHY[Who.STAFF]))


def _who(acted_as: Who, name: str | None) -> str:
    if acted_as is Who.PATIENT:
        return _("You")
    if acted_as is Who.SERVICE:
        return _("The system")
    if acted_as is Who.OPERATOR:
        return _("Someone who runs the system")
    if name is None:
        return _("Someone with a link") if acted_as is Who.ANYONE else _("Someone whose name is not known here")
    return _("%(name)s, for you", name=name) if acted_as is Who.DELEGATE else name


def by_day(entries: Iterable[Looked], zone: ZoneInfo) -> list[tuple[date, list[Looked]]]:
    """The entries of each day on the patient's calendar, in their order."""
    days = groupby(entries, key=lambda one: one.at.astimezone(zone).date())
    return [(day, list(same)) for day, same in days]


def folded(acts: Iterable[Act], zone: ZoneInfo) -> list[Act]:
    """The acts, newest first, where each who came back to the same thing on the same day within ``LOOKED_ON``, or within the
    same emergency, stands once: what matters is not to drown. The log itself keeps every row."""
    found: list[Act] = []
    open_at: dict[tuple[object, ...], int] = {}
    for act in acts:
        same = (act.actor_id, act.actor_as, act.unit_id, act.what, act.glass_id, act.session_id)
        key = (*same, act.at.astimezone(zone).date())
        number = open_at.get(key)
        later = found[number] if number is not None else None
        if number is None or later is None or not (act.glass_id or (later.since or later.at) - act.at <= LOOKED_ON):
            open_at[key] = len(found)
            found.append(act)
        else:
            found[number] = replace(later, since=act.at, times=later.times + 1)
    return found
