"""A set time, a window, when the patient asks, after something: each with its end, none by one side alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.contract.next_contact import actions, store
from services.contract.next_contact.closing.actions import end
from services.contract.next_contact.closing.domain import Then
from services.contract.next_contact.domain import CANCELS, Act, How, Kind, Said, Side, State, Way
from services.contract.next_contact.recording.actions import record
from services.contract.next_contact.terms.domain import Terms, from_json, to_json, wrong
from shared.errors import Refused
from shared.events import NextContactCancelled
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed, later
from tests.services.contract.next_contact.kinds import (
    INSIDE,
    KINDS,
    LAST,
    accepts_terms,
    meets,
    proposes,
    row_of,
    terms,
)
from tests.support.services import set_clock, told

TODAY = date(2026, 11, 24)
TRIES = 100


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (terms(Kind.WINDOW, latest=None), "latest"),
        (terms(Kind.PATIENT_INITIATED, latest=None), "latest"),
        (terms(Kind.ON_EVENT, latest=None), "latest"),
        (terms(Kind.WINDOW, latest=TODAY), "latest"),
        (terms(Kind.WINDOW, earliest=LAST + timedelta(days=1)), "latest"),
        (terms(Kind.WINDOW, earliest=None), "earliest"),
        (terms(Kind.ON_EVENT, event=""), "event"),
    ],
)
def test_B2_no_kind_without_an_end_and_no_end_that_has_been(said: Terms, field: str) -> None:
    assert field in [name for name, _ in wrong(said, TODAY)]


@pytest.mark.parametrize("kind", list(Kind))
def test_B2_every_kind_is_kept_as_it_was_said(kind: Kind) -> None:
    assert not list(wrong(terms(kind), TODAY))
    assert from_json(to_json(terms(kind))) == terms(kind)


@pytest.mark.parametrize("kind", list(KINDS))
def test_B2_each_kind_is_suggested_by_one_and_agreed_by_the_other(agreed: Agreed, kind: Kind) -> None:
    proposes(agreed, terms(kind))
    with pytest.raises(Refused):
        accepts_terms(agreed, Side.CARE)
    assert (row_of(agreed).state, row_of(agreed).agreed_at) == (State.SUGGESTED, None)
    accepts_terms(agreed)
    row = row_of(agreed)
    assert (row.state, row.kind, row.latest, row.suggested_by) == (State.AGREED, kind, LAST, None)


def test_B2_an_exact_time_is_booked_inside_the_window_and_says_nothing_new_in_the_contract(agreed: Agreed) -> None:
    meets(agreed)
    with agreed.clinic.service.act() as ctx:
        before = store.snapshot(ctx.session, agreed.contract)
    with pytest.raises(Refused):
        agreed.suggests(IN_TWO_DAYS)
    agreed.suggests(INSIDE, Side.PATIENT)
    agreed.accepts(INSIDE, Side.CARE)
    row = row_of(agreed)
    assert (row.state, row.kind, row.starts_local) == (State.BOOKED, Kind.WINDOW, INSIDE)
    with agreed.clinic.service.act() as ctx:
        assert store.snapshot(ctx.session, agreed.contract) == before


def test_B2_another_kind_voids_what_was_confirmed_and_another_time_does_not(agreed: Agreed) -> None:
    agreed.written()
    meets(agreed)
    agreed.confirms(Side.PATIENT)
    agreed.suggests(INSIDE, Side.PATIENT)
    agreed.accepts(INSIDE, Side.CARE)
    assert set(agreed.now().yes) == {Side.PATIENT}
    proposes(agreed, terms(Kind.PATIENT_INITIATED))
    assert set(agreed.now().yes) == {Side.PATIENT}, "what stands is still what both said"
    accepts_terms(agreed)
    assert agreed.now().yes == {}


def test_B2_confirming_the_contract_is_a_yes_to_the_window_it_tells(agreed: Agreed) -> None:
    agreed.written()
    proposes(agreed, terms())
    agreed.both_confirm()
    assert row_of(agreed).state == State.AGREED


def test_B2_a_time_that_was_told_is_cancelled_when_another_way_to_meet_is_agreed(agreed: Agreed) -> None:
    agreed.suggests()
    agreed.accepts()
    with agreed.clinic.service.act() as ctx:
        actions.put_in_force(ctx, agreed.contract)
    proposes(agreed, terms(), Side.PATIENT)
    assert row_of(agreed).starts_local == IN_TWO_DAYS, "it stands until the other says yes"
    accepts_terms(agreed, Side.CARE)
    assert row_of(agreed).starts_local is None
    assert told(agreed.clinic.service).count(NextContactCancelled.type) == 1


def test_B2_a_time_outside_the_window_can_be_agreed_as_a_set_time(agreed: Agreed) -> None:
    meets(agreed)
    proposes(agreed, terms(Kind.EXACT), local=IN_TWO_DAYS)
    agreed.accepts(IN_TWO_DAYS)
    row = row_of(agreed)
    assert (row.kind, row.latest, row.starts_local) == (Kind.EXACT, None, IN_TWO_DAYS)


def test_B2_a_set_time_needs_its_time_and_one_that_has_been_is_refused(agreed: Agreed) -> None:
    for local in (None, datetime(2026, 11, 24, 11, 59)):  # noqa: DTZ001
        with pytest.raises(Refused):
            proposes(agreed, terms(Kind.EXACT), local=local)


# --- how it ends -----------------------------------------------------------------------------------------------------


def ends(agreed: Agreed, act: Act, then: Then, side: Side = Side.CARE, words: str = "Said so.") -> None:
    with agreed.acting(agreed.person(side)) as ctx:
        end(ctx, agreed.contract, act, side, words, then=then)


@pytest.mark.parametrize("act", [Act.FULFIL, Act.MISS_BY_PATIENT, Act.MISS_BY_CARE, Act.CANCEL_BY_CARE])
def test_B2_point_2_5_nothing_ends_without_the_next_step_or_a_reason_why_none(agreed: Agreed, act: Act) -> None:
    agreed.suggests()
    agreed.accepts()
    set_clock(agreed.clinic.service, later(days=1 if act in CANCELS else 4))
    with pytest.raises(Refused):
        ends(agreed, act, Then())
    first = row_of(agreed)
    ends(agreed, act, Then(terms=terms()))
    second = row_of(agreed)
    assert (second.state, second.kind, second.suggested_by) == (State.SUGGESTED, Kind.WINDOW, Side.CARE)
    assert second.id != first.id


def test_B2_a_next_step_that_can_not_be_leaves_the_meeting_open(agreed: Agreed) -> None:
    agreed.suggests()
    agreed.accepts()
    with pytest.raises(Refused):
        ends(agreed, Act.FULFIL, Then(terms=terms(latest=None)))
    assert row_of(agreed).state == State.BOOKED


def test_B2_a_contact_without_a_booked_time_is_kept_when_the_patient_rings(agreed: Agreed) -> None:
    proposes(agreed, terms(Kind.PATIENT_INITIATED))
    with pytest.raises(Refused):
        ends(agreed, Act.FULFIL, Then(why_none="Well again."))
    accepts_terms(agreed)
    ends(agreed, Act.FULFIL, Then(why_none="Well again."))
    with agreed.clinic.service.act() as ctx:
        last = store.latest(ctx.session, agreed.contract)
        assert last is not None
        assert (last.state, last.no_more) == (State.FULFILLED, "Well again.")


def test_B2_point_2_the_patient_cancels_with_another_suggestion(agreed: Agreed) -> None:
    meets(agreed)
    ends(agreed, Act.CANCEL_BY_PATIENT, Then(terms=terms(Kind.EXACT), local=INSIDE), Side.PATIENT)
    assert (row_of(agreed).suggested_local, row_of(agreed).suggested_by) == (INSIDE, Side.PATIENT)


# --- told to staff ---------------------------------------------------------------------------------------------------


def records(agreed: Agreed, answer: str, how: How = How.PHONE, **changes: Any) -> None:
    row = row_of(agreed)
    shown = {"words": "", "seen": row.revision, "time_shown": row.suggested_local, **changes}
    on = shown.pop("on", TODAY)
    with agreed.acting(agreed.clinic.anita) as ctx:
        record(ctx, agreed.contract, answer, Said(how, on), **shown)


@pytest.mark.parametrize("with_time", [True, False])
def test_K15_staff_write_down_the_patients_yes_as_theirs(agreed: Agreed, with_time: bool) -> None:
    if with_time:
        agreed.suggests()
    else:
        proposes(agreed, terms())
    records(agreed, "yes", How.PAPER)
    assert row_of(agreed).state == (State.BOOKED if with_time else State.AGREED)
    with agreed.clinic.service.act() as ctx:
        step = store.history(ctx.session, agreed.contract)[0]
    assert (step.side, step.by, step.how, step.said_on) == ("patient", agreed.clinic.anita, "paper", TODAY)


def test_K15_a_wish_told_by_phone_has_the_same_clock(agreed: Agreed) -> None:
    agreed.suggests()
    records(agreed, "another", words="After lunch.")
    assert row_of(agreed).state == State.COUNTER_SUGGESTED
    assert "se.samkontrakt.contract.attention.needed.v1" in told(agreed.clinic.service)


def test_K15_nothing_is_written_down_that_has_not_been_said_or_about_another_time(agreed: Agreed) -> None:
    agreed.suggests()
    for changes in ({"on": TODAY + timedelta(days=1)}, {"time_shown": INSIDE}, {"seen": 99}):
        with pytest.raises(Refused):
            records(agreed, "yes", **changes)
    assert row_of(agreed).starts_local is None


# --- many at once ----------------------------------------------------------------------------------------------------


def outcome(act: Any) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


def at_once(*acts: Any) -> list[bool]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(outcome, acts))


def test_P25_of_two_who_suggest_from_the_same_page_one_is_told_that_it_changed(agreed: Agreed) -> None:
    agreed.suggests()

    def suggests(side: Side, local: datetime, seen: int) -> None:
        with agreed.acting(agreed.person(side)) as ctx:
            actions.suggest(ctx, agreed.contract, side, local=local, way=Way.VISIT, seen=seen)

    for number in range(TRIES):
        seen = row_of(agreed).revision
        mine, theirs = INSIDE + timedelta(days=number), INSIDE + timedelta(days=number, hours=1)
        won = at_once(lambda: suggests(Side.CARE, mine, seen), lambda: suggests(Side.PATIENT, theirs, seen))  # noqa: B023
        assert sorted(won) == [False, True]
        assert row_of(agreed).suggested_local == (mine if won[0] else theirs)


def test_P25_a_yes_and_a_change_at_once_have_one_clear_result(agreed: Agreed) -> None:
    for number in range(TRIES):
        local = INSIDE + timedelta(days=number)
        agreed.suggests(local)
        seen = row_of(agreed).revision

        def changes(local: datetime = local, seen: int = seen) -> None:
            with agreed.acting(agreed.clinic.anita) as ctx:
                actions.suggest(
                    ctx, agreed.contract, Side.CARE, local=local + timedelta(hours=2), way=Way.VISIT, seen=seen
                )

        agreed_first, changed_first = at_once(lambda: agreed.accepts(local), changes)  # noqa: B023
        row = row_of(agreed)
        assert agreed_first != changed_first
        if agreed_first:
            assert (row.state, row.starts_local, row.suggested_local) == (State.BOOKED, local, None)
        else:
            assert (row.state, row.suggested_local) == (State.SUGGESTED, local + timedelta(hours=2))


def test_P25_two_who_make_the_first_suggestion_at_once(agreed: Agreed) -> None:
    won = at_once(
        lambda: proposes(agreed, terms(), seen=0),
        lambda: proposes(agreed, terms(Kind.ON_EVENT), Side.PATIENT, seen=0),
    )
    assert sorted(won) == [False, True]


def test_B2_a_last_day_is_judged_where_the_patient_lives(agreed: Agreed) -> None:
    set_clock(agreed.clinic.service, datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    half_past_midnight = terms(earliest=TODAY, latest=TODAY + timedelta(days=1))
    with pytest.raises(Refused):
        proposes(agreed, half_past_midnight)
    set_clock(agreed.clinic.service, datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    proposes(agreed, half_past_midnight)
