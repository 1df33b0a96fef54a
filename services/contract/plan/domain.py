"""What belongs in a coordinated plan: who does what, how far it has come, and how several records of one thing merge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.i18n import Lazy, _l


class Party(StrEnum):
    """Who is responsible. The patient and the family stand beside the clinics, on equal terms."""

    PATIENT = "patient"
    FAMILY = "family"
    REGION_UNIT = "region_unit"
    MUNICIPALITY = "municipality"
    SCHOOL = "school"
    OTHER_CARE_GIVER = "other_care_giver"
    CIVIL_SOCIETY = "civil_society"
    NOBODY = "nobody"


ACCEPTING = frozenset({Party.REGION_UNIT, Party.MUNICIPALITY, Party.SCHOOL, Party.OTHER_CARE_GIVER})
"""Those who must take on what others have written for them."""

PRINCIPALS = ACCEPTING
"""Those that can have the overall responsibility when several share a plan."""


class State(StrEnum):
    """How far an activity has come."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DECLINED = "declined"
    STOPPED = "stopped"


PARTIES: dict[str, Lazy] = {
    Party.PATIENT: _l("The patient"),
    Party.FAMILY: _l("Family"),
    Party.REGION_UNIT: _l("The care"),
    Party.MUNICIPALITY: _l("The municipality"),
    Party.SCHOOL: _l("School"),
    Party.OTHER_CARE_GIVER: _l("Another care giver"),
    Party.CIVIL_SOCIETY: _l("A club or a group"),
    Party.NOBODY: _l("Nobody yet"),
}


def parties(*, own: bool) -> dict[str, Lazy]:
    """What the parties are called; in the patient's own plan the patient is "me"."""
    return {**PARTIES, Party.PATIENT: _l("Me")} if own else PARTIES


STATES: dict[str, Lazy] = {
    State.PROPOSED: _l("Suggested"),
    State.AGREED: _l("Agreed"),
    State.PLANNED: _l("Planned"),
    State.IN_PROGRESS: _l("Going on"),
    State.DONE: _l("Done"),
    State.DECLINED: _l("Not wanted"),
    State.STOPPED: _l("Stopped"),
}

MOVES: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.AGREED, State.DECLINED}),
    State.AGREED: frozenset({State.PLANNED, State.IN_PROGRESS, State.DONE, State.STOPPED}),
    State.PLANNED: frozenset({State.IN_PROGRESS, State.DONE, State.STOPPED}),
    State.IN_PROGRESS: frozenset({State.DONE, State.STOPPED}),
    State.DONE: frozenset(),
    State.DECLINED: frozenset(),
    State.STOPPED: frozenset(),
}
"""From each state, the states an activity may go to."""

LIVELIEST = (
    State.IN_PROGRESS,
    State.PLANNED,
    State.AGREED,
    State.PROPOSED,
    State.STOPPED,
    State.DONE,
    State.DECLINED,
)
"""When several records tell of one activity, it is as far from its end as the record that is furthest from it."""

RECORDED = {
    "not-started": State.AGREED,
    "scheduled": State.PLANNED,
    "in-progress": State.IN_PROGRESS,
    "on-hold": State.AGREED,
    "completed": State.DONE,
    "cancelled": State.STOPPED,
    "stopped": State.STOPPED,
}
"""How care records word the status of an activity (FHIR R4 CarePlan.activity.detail.status)."""

OPEN = frozenset({State.PROPOSED, State.AGREED, State.PLANNED, State.IN_PROGRESS})
"""The states in which something remains to be done."""


def is_overdue(state: State, last_day: date | None, today: date) -> bool:
    """Whether it should have been done by now, ``today`` being where the patient lives."""
    return state in OPEN and last_day is not None and last_day < today


@dataclass(frozen=True, kw_only=True)
class ImportedActivity:
    """One activity as care records tell it.

    ``responsible`` is what the record calls whoever does it, ``status`` a FHIR activity status or one of ``State``,
    ``source_keys`` the stable names of the records' activities that say so. Without a ``code`` the title tells
    activities apart.
    """

    code: str
    system: str
    title: str
    responsible: str
    status: str
    source_keys: tuple[str, ...]
    party: Party = Party.REGION_UNIT


@dataclass(frozen=True)
class Source:
    """What one record says of an activity."""

    title: str
    responsible: str
    party: Party
    state: State


def identity(activity: ImportedActivity) -> str:
    """What makes two recorded activities of a patient one: their code, or their title where nobody coded them."""
    if activity.code:
        return f"{activity.system}|{activity.code}"
    return f"title|{' '.join(activity.title.casefold().split())}"


def state_of(status: str) -> State:
    """The state that a record's status means; a status nobody knows is taken as agreed, so that it stays visible."""
    return State(status) if status in set(State) else RECORDED.get(status, State.AGREED)


def source(activity: ImportedActivity) -> Source:
    return Source(activity.title, activity.responsible, activity.party, state_of(activity.status))


def merged(sources: dict[str, Source]) -> Source:
    """One activity out of what its records say, the same whatever order they came in.

    The first record by name gives the title, the first that names anybody the responsible party, the liveliest the
    state. There is at least one record.
    """
    in_order = [sources[key] for key in sorted(sources)]
    named = next((one for one in in_order if one.responsible), in_order[0])
    state = min((one.state for one in in_order), key=LIVELIEST.index)
    return Source(in_order[0].title, named.responsible, named.party, state)


def may_move(state: State, to: State) -> bool:
    return to in MOVES[state]


def may_write(party: str, *, by_patient: bool, theirs: bool) -> bool:
    """Whether somebody may change what an activity says: patients what they added themselves (``theirs``) and what they
    or their family do, the care everything."""
    return not by_patient or theirs or party in {Party.PATIENT, Party.FAMILY}


def visible_after(
    before: Iterable[str], *, sensitive: Iterable[str], named: Iterable[str], writers: Iterable[str]
) -> list[str]:
    """Which units see an activity once it is written anew: none is all of them. ``sensitive`` are the sensitive units of
    whoever writes and of ``before``, ``named`` those that are responsible now, ``writers`` all of the writer's units. What is a
    sensitive unit's stays so, and becomes so, and only the patient opens it (B10); whoever names one goes on seeing it."""
    kept, own, responsible = set(before), set(sensitive), set(named)
    if responsible <= kept and own <= kept and not own & set(writers):
        return sorted(kept)
    return sorted(own | responsible | (set(writers) if responsible else set()))


def is_visible(visible_to: Iterable[UUID], units: Iterable[UUID]) -> bool:
    """Whether staff of ``units`` see an activity; one shown to no unit in particular is seen by all who see the plan."""
    chosen = set(visible_to)
    return not chosen or bool(chosen.intersection(units))
