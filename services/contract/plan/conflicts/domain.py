"""The rules of what can't go together in a plan (B3, rules 1, 2, 4 and 7): what is found, never what is done about it.

Hidden things count as any other: a finding names the activities it is about, and who may not see one of them is told
only that the patient isn't available then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TRAVEL = timedelta(minutes=60)
"""The time it takes between different places, where nobody has said another."""

ACCEPT_WITHIN = timedelta(days=14)


class Rule(StrEnum):
    """What was found; each is a reason key of its own."""

    OVERLAP = "overlap"
    UNAVAILABLE = "unavailable"
    NOT_ACCEPTED = "not_accepted"
    NO_LEAD = "no_lead"


@dataclass(frozen=True)
class Span:
    """Something at a place, from one instant up to another. An empty ``place`` is not known, and needs no travel. What has
    a day and no time (``all_day``) collides with nothing on it, unless the whole day is taken."""

    name: str
    starts: datetime
    ends: datetime
    place: str = ""
    all_day: bool = False


@dataclass(frozen=True)
class Duty:
    """Something somebody must take on. ``party`` is empty while nobody is responsible; ``accepted`` also where none need
    be, as for what patient and family do themselves."""

    name: str
    party: str
    accepted: bool
    since: datetime


@dataclass(frozen=True)
class Finding:
    """One thing found. ``key`` is the same for the same finding, and another when a time or a part of it changes."""

    rule: Rule
    about: tuple[str, ...]
    key: str


def overlaps(spans: Collection[Span], travel: timedelta = TRAVEL) -> Iterator[Finding]:
    """Rule 1: two things at once, or too near each other at different places."""
    in_order = sorted((one for one in spans if not one.all_day), key=lambda span: (span.starts, span.name))
    for number, first in enumerate(in_order):
        for second in in_order[number + 1 :]:
            if second.starts >= first.ends + travel:
                break
            if second.starts < first.ends + _travel(first, second, travel):
                yield _finding(Rule.OVERLAP, first, second)


def unavailable(spans: Collection[Span], taken: Collection[Span]) -> Iterator[Finding]:
    """Rule 2: inside a dialysis session, a stay, or a time the patient has said no to."""
    for span in sorted(spans, key=lambda one: (one.starts, one.name)):
        hit = next((other for other in taken if _meets(span, other)), None)
        if hit is not None:
            yield _finding(Rule.UNAVAILABLE, span, hit, about=(span.name,))


def not_accepted(duties: Iterable[Duty], now: datetime) -> Iterator[Finding]:
    """Rule 4: nobody is responsible, or the responsible unit has not accepted within 14 days."""
    for duty in duties:
        if not duty.party or (not duty.accepted and now >= duty.since + ACCEPT_WITHIN):
            yield Finding(Rule.NOT_ACCEPTED, (duty.name,), f"{Rule.NOT_ACCEPTED}|{duty.name}|{duty.party}")


def no_lead(principals: Collection[str], *, lead: bool) -> Iterator[Finding]:
    """Rule 7: two or more principals, and nobody named who has the overall responsibility."""
    if len(set(principals)) > 1 and not lead:
        yield Finding(Rule.NO_LEAD, (), Rule.NO_LEAD)


def is_seen_to(about: Collection[str], spans: Iterable[Span], now: datetime) -> bool:
    """Whether what was found about these things and no longer stands was put right: not when their time has only passed."""
    return not any(span.name in about and span.ends <= now for span in spans)


def _meets(span: Span, taken: Span) -> bool:
    if span.all_day:
        return taken.starts <= span.starts and span.ends <= taken.ends
    return span.starts < taken.ends and taken.starts < span.ends


def _travel(first: Span, second: Span, travel: timedelta) -> timedelta:
    apart = first.place and second.place and first.place.casefold() != second.place.casefold()
    return travel if apart else timedelta()


def _finding(rule: Rule, first: Span, second: Span, about: tuple[str, ...] | None = None) -> Finding:
    when = "|".join(f"{one.name}@{one.starts.isoformat()}/{one.ends.isoformat()}" for one in (first, second))
    return Finding(rule, about or (first.name, second.name), f"{rule}|{when}")
