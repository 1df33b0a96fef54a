"""Who answers, over any tangle of appointments, absences and deputies: somebody always does, and can."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cover import CoverFacts, appointed, contact_answers, handed_over_lately, responsible, who_answers
from shared.events import Absence, Appointment
from shared.time import calendar_of, duty_calendar_of
from tests.shared.cover_facts import ALWAYS, EVENINGS, WEEKDAYS, contact, unit
from tests.shared.material import utc

PEOPLE = st.sampled_from([UUID(int=n) for n in range(1, 7)])
MOMENTS = st.integers(0, 14 * 24).map(lambda hours: utc("2027-03-22") + timedelta(hours=hours))
ENDS = st.none() | MOMENTS
ABSENCES = st.builds(Absence, absence_id=st.uuids(), starts=MOMENTS, ends=ENDS, deputy_id=st.none() | PEOPLE)
APPOINTMENTS = st.builds(
    Appointment,
    person_id=PEOPLE,
    unit_id=st.just(UUID(int=9)),
    primary=st.booleans(),
    deputy_id=st.none() | PEOPLE,
    starts=MOMENTS,
    ends=ENDS,
)
UNITS = st.builds(
    unit,
    duty_line=st.none() | st.just("036-10 00 02"),
    head_id=st.none() | PEOPLE,
    hours=st.sampled_from([(), WEEKDAYS, ALWAYS]),
    duty_hours=st.sampled_from([(), EVENINGS, ALWAYS]),
)
FACTS = st.builds(
    CoverFacts,
    contract_id=st.just(UUID(int=5)),
    patient_id=st.just(UUID(int=6)),
    unit=UNITS,
    appointments=st.lists(APPOINTMENTS, max_size=3).map(tuple),
    absences=st.dictionaries(PEOPLE, st.lists(ABSENCES, min_size=1, max_size=3).map(tuple)),
    roles_ended=st.frozensets(PEOPLE, max_size=2),
)


def is_there(known: CoverFacts, person: UUID, at: datetime) -> bool:
    spans = known.absences.get(person, ())
    gone = any(s.starts <= at and (s.ends is None or at < s.ends) for s in spans)
    return not gone and person not in known.roles_ended


@given(FACTS, MOMENTS)
def test_B4_point_1_H3_K1_somebody_always_answers_and_can(known: CoverFacts, at: datetime) -> None:
    answer = who_answers(known, at)
    assert answer.number
    assert answer.until is None or answer.until > at
    if answer.person_id is not None:
        assert is_there(known, answer.person_id, at)
        assert calendar_of(known.unit).is_open(at)
        assert answer.deputy_for != answer.person_id
    elif answer.kind == "duty_line":
        assert duty_calendar_of(known.unit).is_open(at)
    else:
        assert answer.kind == "floor"
        assert answer.number == known.unit.floor_number


@given(FACTS, MOMENTS)
def test_B4_point_1_H3_a_row_is_owned_by_somebody_present_the_unit_or_its_head(known: CoverFacts, at: datetime) -> None:
    owner = responsible(known, at)
    if owner.person_id is None:
        assert owner.kind in ("duty_line", "floor")
    elif owner.person_id != known.unit.head_id:
        assert is_there(known, owner.person_id, at)
    present_primary = [
        a for a in known.appointments if a.primary and a.starts <= at and (a.ends is None or at < a.ends)
    ]
    if present_primary and all(is_there(known, a.person_id, at) for a in present_primary):
        assert owner.kind == "named_contact"


@pytest.mark.parametrize("ask", [who_answers, responsible])
@given(known=FACTS, at=MOMENTS, share=st.floats(0, 0.999))
def test_the_answer_stands_until_the_instant_it_names(ask: Any, known: CoverFacts, at: datetime, share: float) -> None:
    answer = ask(known, at)
    later = at + (answer.until - at if answer.until else timedelta(days=400)) * share
    again = ask(known, later)
    assert (again.kind, again.person_id, again.number) == (answer.kind, answer.person_id, answer.number)


CHAINS = st.lists(st.tuples(PEOPLE, MOMENTS), min_size=2, max_size=5, unique_by=lambda one: one[1]).map(
    lambda found: sorted(found, key=lambda one: one[1])
)
"""Who takes over and when, one after the other: only the first is contact already."""


def chained(known: CoverFacts, chain: list[tuple[UUID, datetime]]) -> CoverFacts:
    """The facts with primary contacts who hand over to each other, each told beforehand."""
    ends = [starts for _person, starts in chain[1:]]
    primaries = (
        contact(person, None, starts=starts, ends=end)
        for (person, starts), end in zip(chain, [*ends, None], strict=True)
    )
    beside = (a for a in known.appointments if not a.primary)
    return replace(known, appointments=(*primaries, *beside))


@given(FACTS, CHAINS, MOMENTS)
def test_B4_point_5_of_contacts_planned_after_each_other_the_one_whose_day_it_is_counts(
    known: CoverFacts, chain: list[tuple[UUID, datetime]], at: datetime
) -> None:
    ahead = chained(known, chain)
    due = [person for person, starts in chain if starts <= at]
    assert appointed(ahead, at) == (due[-1] if due else None)
    answer = contact_answers(ahead, at)
    if due and is_there(ahead, due[-1], at):
        assert answer is not None
        assert (answer.kind, answer.person_id) == ("named_contact", due[-1])
    coming = [person for person, starts in chain if starts > at]
    if coming:
        assert (until := responsible(ahead, at).until) is not None
        assert until <= min(starts for _person, starts in chain if starts > at)


@given(FACTS, CHAINS, MOMENTS)
def test_B4_point_5_what_is_planned_changes_nothing_before_its_instant(
    known: CoverFacts, chain: list[tuple[UUID, datetime]], at: datetime
) -> None:
    """As if nobody had been told: the same person answers, and nobody reads on who has not handed over yet."""
    unplanned = chained(known, [(person, starts) for person, starts in chain if starts <= at] or chain[:1])
    planned = chained(known, chain)
    for ask in (who_answers, responsible):
        one, other = ask(planned, at), ask(unplanned, at)
        assert (one.kind, one.person_id, one.number) == (other.kind, other.person_id, other.number)
    for person, _starts in chain:
        assert handed_over_lately(planned, person, at) == handed_over_lately(unplanned, person, at)
