"""What can't go together, at the edges: nights on which the clocks change, midnight, what is hidden, what is asked anew."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contract.agreement import actions as agreement
from services.contract.people import actions as people
from services.contract.plan import actions, store
from services.contract.plan.conflicts import actions as conflicts
from services.contract.plan.conflicts import store as found
from services.contract.plan.domain import Party, State
from services.contract.plan.writing import actions as writing
from services.contract.plan.writing.domain import Draft
from tests.services.contract.agreed import Agreed, later
from tests.services.contract.clinic import words
from tests.services.contract.plan.test_writing import DAY, adds, notices, rules
from tests.support.services import set_clock

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
"""At 02.00 clocks go to 03.00; at 03.00 they go back to 02.00."""


def says_no(agreed: Agreed, **when: Any) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("weekday", "starts_on", "ends_on", "opens", "closes"))
    with agreed.acting(agreed.karin) as ctx:
        conflicts.say_not_then(ctx, agreed.karin, **{**nothing, "words": "", **when})


@pytest.mark.parametrize(
    ("day", "first", "second", "found"),
    [
        (SPRING, time(1), time(3), True),  # 90 minutes by the clock on the wall, 30 to travel in
        (SPRING, time(1), time(3, 30), False),
        (SPRING, time(2, 30), time(3, 45), True),  # 02.30 is not there, and becomes 03.30
        (AUTUMN, time(1, 30), time(2, 59), True),  # the first 02.59
        (AUTUMN, time(1, 30), time(3), False),  # 60 minutes by the clock on the wall, 120 to travel in
        (DAY, time(9), time(10, 29), True),
        (DAY, time(9), time(10, 30), False),
    ],
)
def test_B3_rule_1_H9_an_hour_to_travel_is_an_hour_also_when_the_clocks_change(
    agreed: Agreed, day: date, first: time, second: time, found: bool
) -> None:
    adds(agreed, on_date=day, clock=first, minutes=30, place="Ryhov")
    adds(agreed, on_date=day, clock=second, minutes=30, place="Huskvarna")
    assert rules(agreed) == (["overlap"] if found else [])


@pytest.mark.parametrize(
    ("day", "clock", "when", "found"),
    [
        (SPRING, time(2, 30), {"opens": time(3), "closes": time(4)}, True),  # it becomes 03.30
        (SPRING, time(2, 30), {"opens": time(1), "closes": time(2)}, False),
        (SPRING, time(23, 30), {}, True),
        (AUTUMN, time(2, 30), {"opens": time(2), "closes": time(3)}, True),
        (AUTUMN, time(3), {"opens": time(2), "closes": time(3)}, False),
        (AUTUMN, time(23, 30), {}, True),  # the day has 25 hours
    ],
)
def test_B3_rule_2_H9_a_no_holds_by_the_clock_on_the_wall_also_when_it_is_moved(
    agreed: Agreed, day: date, clock: time, when: dict[str, time], found: bool
) -> None:
    says_no(agreed, starts_on=day, **when)
    adds(agreed, on_date=day, clock=clock)
    assert rules(agreed) == (["unavailable"] if found else [])


@pytest.mark.parametrize(
    ("minutes", "found"),
    [(30, False), (31, True), (120, True)],
)
def test_B3_rule_2_what_lasts_past_midnight_meets_the_no_of_the_next_day(
    agreed: Agreed, minutes: int, found: bool
) -> None:
    says_no(agreed, weekday=(DAY + timedelta(days=1)).isoweekday(), opens=time(0), closes=time(6))
    adds(agreed, on_date=DAY, clock=time(23, 30), minutes=minutes)
    assert rules(agreed) == (["unavailable"] if found else [])


def test_B3_rule_2_K21_a_no_is_told_to_another_unit_only_as_not_available(agreed: Agreed) -> None:
    hidden = adds(agreed, title="Therapy", on_date=DAY, clock=time(9))
    says_no(agreed, starts_on=DAY)
    with agreed.clinic.service.act() as ctx:
        row = store.activity(ctx.session, hidden)
        assert row is not None
        row.visible_to = [str(agreed.clinic.other_unit)]
    html = words(agreed.browser(agreed.clinic.anita).text(f"/contract/plan/{agreed.contract}"))
    assert (rules(agreed), notices(agreed)) == (["unavailable"], 1)
    assert "not available then" in html
    assert "Therapy" not in html


def test_B3_rule_4_another_party_is_asked_anew(agreed: Agreed) -> None:
    activity = adds(agreed, party=Party.MUNICIPALITY)
    service = agreed.clinic.service
    set_clock(service, later(days=10))
    with agreed.acting(agreed.clinic.anita) as ctx:
        writing.edit(ctx, activity, Draft(title="Visit", party=Party.SCHOOL), seen=0)
    set_clock(service, later(days=15))
    assert (conflicts.look_at_due(service), rules(agreed)) == (0, [])
    set_clock(service, later(days=24))
    assert (conflicts.look_at_due(service), rules(agreed)) == (1, ["not_accepted"])


def test_B3_rule_7_what_is_over_needs_nobody_to_lead_it(agreed: Agreed) -> None:
    adds(agreed)
    other = adds(agreed, party=Party.MUNICIPALITY)
    assert rules(agreed) == ["no_lead"]
    with agreed.acting(agreed.clinic.anita) as ctx:
        writing.accept(ctx, other)
        actions.move(ctx, other, State.DONE)
    assert rules(agreed) == []


def test_B3_what_was_found_before_there_was_a_contract_is_told_once_there_is_one(agreed: Agreed) -> None:
    unit = agreed.clinic.unit
    with agreed.acting(agreed.clinic.anita) as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
        for party in (Party.REGION_UNIT, Party.MUNICIPALITY):
            writing.add(ctx, nils, title="Visit", party=party)
    assert (notices(agreed), found_for(agreed, nils)) == (0, []), "nobody can be told yet"
    for _ in range(2):
        with agreed.clinic.service.act() as ctx:
            agreement.open_contract(ctx, patient_id=nils, unit_id=unit, by=nils)
    assert (notices(agreed), found_for(agreed, nils)) == (1, ["no_lead"])


def found_for(agreed: Agreed, patient: UUID) -> list[str]:
    with agreed.clinic.service.act() as ctx:
        return [one.rule for one in found.standing(ctx.session, patient)]
