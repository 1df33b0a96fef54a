"""Writing in a plan: who takes it on, who sees it, what collides is told once, and nobody's words are lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contract.plan import actions, store
from services.contract.plan.conflicts import actions as conflicts
from services.contract.plan.conflicts import store as found
from services.contract.plan.domain import Party, State, is_overdue
from services.contract.plan.lead.actions import name_lead
from services.contract.plan.lead.store import lead_of
from services.contract.plan.sharing import actions as sharing
from services.contract.plan.sharing import store as shared
from services.contract.plan.tables import PlanActivity
from services.contract.plan.writing import actions as writing
from services.contract.plan.writing.domain import Draft, Kind, wrong
from services.contract.units import actions as units
from shared.errors import NotFound, Refused
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed, later
from tests.support.services import set_clock, told

DAY = date(2026, 12, 1)
ATTENTION = "se.samkontrakt.contract.attention.needed.v1"
TRIES = 100


def adds(agreed: Agreed, by: UUID | None = None, **said: Any) -> UUID:
    with agreed.acting(by or agreed.clinic.anita) as ctx:
        return writing.add(ctx, agreed.karin, **{"title": "Visit", "party": Party.REGION_UNIT, **said})


def row_of(agreed: Agreed, activity: UUID) -> PlanActivity:
    with agreed.clinic.service.act() as ctx:
        row = store.activity(ctx.session, activity)
        assert row is not None
        return row


def rules(agreed: Agreed) -> list[str]:
    with agreed.clinic.service.act() as ctx:
        return [one.rule for one in found.standing(ctx.session, agreed.karin)]


def notices(agreed: Agreed) -> int:
    return told(agreed.clinic.service).count(ATTENTION)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on_date": DAY, "until": DAY - timedelta(days=1)}, "until"),
        ({"until": DAY}, "until"),
        ({"clock": time(9)}, "clock"),
        ({"on_date": DAY, "until": DAY, "clock": time(9)}, "clock"),
        ({"on_date": DAY, "minutes": 30}, "clock"),
    ],
)
def test_B3_a_schedule_that_can_not_be_is_said_at_its_field(change: dict[str, Any], field: str) -> None:
    assert [name for name, _ in wrong(Draft(title="x", party=Party.PATIENT, **change))] == [field]


def test_B3_overdue_is_derived_and_never_a_state() -> None:
    assert is_overdue(State.PLANNED, DAY, DAY + timedelta(days=1))
    assert not is_overdue(State.PLANNED, DAY, DAY)
    assert not is_overdue(State.DONE, DAY, DAY + timedelta(days=1))
    assert not is_overdue(State.PLANNED, None, DAY)


def test_B3_everything_said_of_an_activity_is_kept(agreed: Agreed) -> None:
    said: dict[str, Any] = {
        "kind": Kind.TEST,
        "responsible": "Eva at the lab",
        "reach": "036-10 10 10",
        "goal_id": "goal-1",
        "on_date": DAY,
        "clock": time(9, 30),
        "minutes": 20,
        "place": "Ryhov",
    }
    row = row_of(agreed, adds(agreed, **said))
    assert {name: getattr(row, name) for name in said} == said


# --- rule by rule, with the database ---------------------------------------------------------------------------------


def test_B3_rule_1_a_collision_is_told_once_and_gone_when_one_is_moved(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9), place="Ryhov")
    second = adds(agreed, on_date=DAY, clock=time(9, 45), place="Huskvarna")
    assert (rules(agreed), notices(agreed)) == (["overlap"], 1)
    with agreed.acting(agreed.clinic.anita) as ctx:
        conflicts.look(ctx, agreed.karin)
    assert notices(agreed) == 1, "the same finding is no news"
    with agreed.acting(agreed.clinic.anita) as ctx:
        draft = Draft(title="Visit", party=Party.REGION_UNIT, on_date=DAY, clock=time(10, 30), place="Huskvarna")
        writing.edit(ctx, second, draft, seen=0)
    assert rules(agreed) == []


def test_B3_rule_1_the_next_contact_collides_too_and_nothing_is_changed(agreed: Agreed) -> None:
    walk = adds(agreed, on_date=IN_TWO_DAYS.date(), clock=IN_TWO_DAYS.time())
    agreed.suggests()
    assert rules(agreed) == []
    agreed.accepts()
    assert rules(agreed) == ["overlap"]
    assert row_of(agreed, walk).clock == IN_TWO_DAYS.time()


@pytest.mark.parametrize(
    "when",
    [
        {"weekday": 2},
        {"weekday": 2, "opens": time(8), "closes": time(10)},
        {"starts_on": DAY - timedelta(days=3), "ends_on": DAY},
    ],
)
def test_B3_rule_2_a_time_the_patient_said_no_to(agreed: Agreed, when: dict[str, Any]) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    with agreed.acting(agreed.karin) as ctx:
        no = conflicts.say_not_then(ctx, agreed.karin, **{"words": "", **dict.fromkeys(NONE), **when})
    assert (rules(agreed), notices(agreed)) == (["unavailable"], 1)
    with agreed.acting(agreed.karin) as ctx:
        conflicts.take_back_not_then(ctx, agreed.karin, no)
    assert rules(agreed) == []


NONE = ("weekday", "starts_on", "ends_on", "opens", "closes")


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"weekday": 2, "opens": time(10)},
        {"weekday": 2, "opens": time(10), "closes": time(9)},
        {"starts_on": DAY, "ends_on": DAY - timedelta(days=1)},
    ],
)
def test_B3_rule_2_a_time_that_is_no_time_is_refused(agreed: Agreed, when: dict[str, Any]) -> None:
    with pytest.raises(Refused), agreed.acting(agreed.karin) as ctx:
        conflicts.say_not_then(ctx, agreed.karin, **{"words": "", **dict.fromkeys(NONE), **when})


def test_B3_rule_4_what_nobody_takes_on_within_14_days_is_told_once(agreed: Agreed) -> None:
    asked = adds(agreed, party=Party.MUNICIPALITY)
    own = adds(agreed)
    assert row_of(agreed, own).accepted_at is not None
    service = agreed.clinic.service
    set_clock(service, later(days=14) - timedelta(seconds=1))
    assert conflicts.look_at_due(service) == 0
    set_clock(service, later(days=14))
    assert [conflicts.look_at_due(service), conflicts.look_at_due(service)] == [1, 0]
    assert sorted(rules(agreed)) == ["no_lead", "not_accepted"]
    with agreed.acting(agreed.clinic.anita) as ctx:
        writing.accept(ctx, asked)
    assert rules(agreed) == ["no_lead"]
    with service.act() as ctx:
        assert [change.state for change in store.history(ctx.session, asked)] == ["agreed", "accepted"]


def test_B3_rule_4_nobody_responsible_is_told_at_once_and_somebody_must_be_named_first(agreed: Agreed) -> None:
    activity = adds(agreed, party=Party.NOBODY)
    assert rules(agreed) == ["not_accepted"]
    with pytest.raises(Refused), agreed.acting(agreed.clinic.anita) as ctx:
        writing.accept(ctx, activity)


def test_B3_rule_7_is_told_once_and_ends_when_somebody_is_named(agreed: Agreed) -> None:
    adds(agreed)
    assert rules(agreed) == []
    adds(agreed, party=Party.MUNICIPALITY)
    adds(agreed, party=Party.SCHOOL)
    assert (rules(agreed), notices(agreed)) == (["no_lead"], 1)
    with agreed.acting(agreed.clinic.anita) as ctx:
        name_lead(ctx, agreed.karin, principal=Party.MUNICIPALITY, name="Home care", reach="036-1", seen=0)
    assert rules(agreed) == []


# --- who sees it -----------------------------------------------------------------------------------------------------


def test_K21_B10_point_5_what_a_psychiatric_unit_writes_is_its_own_until_it_says_otherwise(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        units.save_unit(
            ctx, key="SE1", name="Mottagningen", phone="036-32 10 00", floor_number="08-465 004 01", neutral=True
        )
    hidden, open_one = adds(agreed), adds(agreed, only_ours=False)
    own = adds(agreed, agreed.karin, party=Party.PATIENT)
    assert row_of(agreed, hidden).visible_to == [str(agreed.clinic.unit)]
    assert row_of(agreed, open_one).visible_to == row_of(agreed, own).visible_to == []


def test_B10_nothing_is_shared_without_the_patients_yes_and_twice_is_once(agreed: Agreed) -> None:
    activity = adds(agreed)
    with pytest.raises(Refused), agreed.acting(agreed.clinic.anita) as ctx:
        sharing.share(ctx, activity, party=Party.MUNICIPALITY, recipient="Home care", allowed=False)
    for _ in range(2):
        with agreed.acting(agreed.karin) as ctx:
            sharing.share(ctx, activity, party=Party.MUNICIPALITY, recipient="Home care", allowed=True)
    with agreed.acting(agreed.karin) as ctx:
        (one,) = shared.shares(ctx.session, agreed.karin)
        with pytest.raises(NotFound):
            sharing.stop_sharing(ctx, agreed.clinic.esther, one.id)
        sharing.stop_sharing(ctx, agreed.karin, one.id)
        assert shared.shares(ctx.session, agreed.karin) == []


def test_B10_what_the_care_shares_is_seen_only_while_the_yes_stands(agreed: Agreed) -> None:
    activity = adds(agreed)
    with agreed.acting(agreed.clinic.anita) as ctx:
        sharing.share(ctx, activity, party=Party.MUNICIPALITY, recipient="Home care", allowed=True)
        assert shared.shares(ctx.session, agreed.karin) == []


# --- many at once ----------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[bool]:
    def outcome(act: Callable[[], object]) -> bool:
        try:
            act()
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(outcome, acts))


def test_P25_of_two_who_change_the_same_activity_one_is_told_and_what_both_wrote_is_known(agreed: Agreed) -> None:
    activity = adds(agreed)

    def edits(person: UUID, title: str, seen: int) -> Callable[[], None]:
        def act() -> None:
            with agreed.acting(person) as ctx:
                writing.edit(ctx, activity, Draft(title=title, party=Party.REGION_UNIT), seen=seen)

        return act

    for number in range(TRIES):
        won = at_once(
            edits(agreed.karin, f"mine {number}", number), edits(agreed.clinic.anita, f"ours {number}", number)
        )
        assert sorted(won) == [False, True]
        row = row_of(agreed, activity)
        assert (row.title, row.revision) == (f"mine {number}" if won[0] else f"ours {number}", number + 1)
    with agreed.clinic.service.act() as ctx:
        assert len(store.history(ctx.session, activity)) == TRIES + 1


def test_P25_moving_on_and_changing_at_once_have_one_clear_result(agreed: Agreed) -> None:
    activity = adds(agreed)

    def moves() -> None:
        with agreed.acting(agreed.clinic.anita) as ctx:
            actions.move(ctx, activity, State.IN_PROGRESS, seen=0)

    def edits() -> None:
        with agreed.acting(agreed.karin) as ctx:
            writing.edit(ctx, activity, Draft(title="Other", party=Party.REGION_UNIT), seen=0)

    won = at_once(moves, edits)
    row = row_of(agreed, activity)
    assert sorted(won) == [False, True]
    assert (row.state, row.title) == ((State.IN_PROGRESS, "Visit") if won[0] else (State.AGREED, "Other"))


def test_P25_two_who_name_the_overall_responsible_at_once(agreed: Agreed) -> None:
    def names(name: str) -> Callable[[], None]:
        def act() -> None:
            with agreed.acting(agreed.clinic.anita) as ctx:
                name_lead(ctx, agreed.karin, principal=Party.SCHOOL, name=name, reach="", seen=0)

        return act

    won = at_once(names("one"), names("two"))
    assert sorted(won) == [False, True]
    with agreed.clinic.service.act() as ctx:
        lead = lead_of(ctx.session, agreed.karin)
        assert lead is not None
        assert lead.name == ("one" if won[0] else "two")


def test_H9_dst_a_time_that_does_not_exist_is_compared_as_the_hour_it_becomes(agreed: Agreed) -> None:
    spring = datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001
    adds(agreed, on_date=spring.date(), clock=spring.time(), minutes=30)
    adds(agreed, on_date=spring.date(), clock=time(3, 40))
    assert rules(agreed) == ["overlap"]
