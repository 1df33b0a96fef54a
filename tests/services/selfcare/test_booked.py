"""What contract is told of sessions and stays: all of it each time, when something about it has changed, and no more."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.selfcare.admission.actions import cancel_stay, plan_stay
from services.selfcare.admission.store import stay_of
from services.selfcare.dialysis.actions import set_pattern, top_up
from shared.db import Database
from shared.events import BookingsChanged
from shared.service import Service
from tests.services.selfcare.world import (
    ESTHER,
    STRANGER,
    UNIT,
    ZONE,
    dead,
    hear,
    person,
    reminders,
    settle,
    swedish,
    told,
)
from tests.support.services import NOON, make_service, set_clock

COMES = datetime.fromisoformat("2026-11-25 14:00")
WAIT = 20


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    return service


def dialyses(service: Service, patient: UUID = ESTHER, **changes: Any) -> None:
    week: dict[str, Any] = {
        "patient_id": patient,
        "contract_id": None,
        "unit_id": UNIT,
        "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "start_local": datetime.fromisoformat("2026-11-23 08:00"),
        "zone": ZONE,
        "minutes": 240,
    }
    with service.act() as ctx:
        set_pattern(ctx, **week | changes)


def stays(service: Service, nights: int = 3) -> None:
    with service.act() as ctx:
        plan_stay(
            ctx,
            patient_id=ESTHER,
            contract_id=None,
            unit_id=UNIT,
            starts_local=COMES,
            nights=nights,
            zone=ZONE,
        )


def stays_away(service: Service) -> None:
    with service.act() as ctx:
        stay = stay_of(ctx.session, ESTHER, COMES)
        assert stay is not None
        cancel_stay(ctx, stay)


def events(service: Service) -> list[BookingsChanged]:
    return told(service, BookingsChanged)


def last(service: Service) -> list[tuple[datetime, datetime]]:
    return [(one.starts, one.ends) for one in events(service)[-1].times]


def test_B3_rule_2_the_whole_of_sessions_and_stays_is_told_in_order_and_the_same_again_is_not(service: Service) -> None:
    for _ in range(2):
        dialyses(service)
        stays(service)
    first, both = events(service)
    assert (len(first.times), len(both.times)) == (24, 25)
    assert last(service)[:2] == [
        (swedish("2026-11-25 08:00"), swedish("2026-11-25 12:00")),
        (swedish("2026-11-25 14:00"), swedish("2026-11-28 12:00")),
    ]
    assert last(service) == sorted(last(service))


def test_B3_rule_2_another_week_is_told_without_the_one_before(service: Service) -> None:
    dialyses(service)
    dialyses(service, rule="FREQ=WEEKLY;BYDAY=TU", start_local=datetime.fromisoformat("2026-11-24 16:00"))
    assert {starts.isoweekday() for starts, _ in last(service)} == {2}
    assert len(events(service)) == 2


def test_B3_rule_2_a_cancelled_stay_is_no_longer_told_until_it_is_planned_anew(service: Service) -> None:
    stays(service)
    for _ in range(2):
        stays_away(service)
    assert [len(one.times) for one in events(service)] == [1, 0]
    assert [row.state for row in reminders(service)] == ["cancelled"]
    stays(service, nights=2)
    assert last(service) == [(swedish("2026-11-25 14:00"), swedish("2026-11-27 12:00"))]


def test_B3_rule_2_days_that_come_within_eight_weeks_are_told_once_for_each_patient(service: Service) -> None:
    dialyses(service)
    dialyses(service, STRANGER)
    set_clock(service, NOON + timedelta(days=8))
    assert [top_up(service), top_up(service)] == [2, 0]
    assert {one.patient_id for one in events(service)[2:]} == {ESTHER, STRANGER}
    assert len(events(service)) == 4
    assert last(service)[0][0] == swedish("2026-12-04 08:00"), "what is over is not told"
    set_clock(service, NOON + timedelta(days=8, hours=25))
    assert [top_up(service), len(events(service))] == [2, 4], "no day has come that they dialyse on"


def test_B3_rule_2_K17_a_death_tells_nothing_booked_and_a_death_taken_back_what_stands_again(service: Service) -> None:
    dialyses(service)
    stays(service)
    alive = person(ESTHER, "patient", "Esther")
    hear(service, alive, dead(), dead())
    assert [len(one.times) for one in events(service)] == [24, 25, 0]
    hear(service, alive, alive)
    assert [len(one.times) for one in events(service)] == [24, 25, 0, 25]


def test_B3_rule_2_a_cancelled_stay_does_not_come_back_with_a_death_taken_back(service: Service) -> None:
    stays(service)
    stays_away(service)
    hear(service, dead(), person(ESTHER, "patient", "Esther"))
    assert [len(one.times) for one in events(service)] == [1, 0]


def test_B3_rule_2_two_changes_at_once_are_both_in_what_is_told_last(service: Service) -> None:
    """Each would tell what it knows of, and the later fact would lack the other's change."""
    second = threading.Thread(target=dialyses, args=(service,))
    with service.act() as ctx:
        plan_stay(ctx, patient_id=ESTHER, contract_id=None, unit_id=UNIT, starts_local=COMES, nights=3, zone=ZONE)
        second.start()
        second.join(0.5)
        assert second.is_alive(), "it waits to see what this one has changed"
    second.join(WAIT)
    assert len(last(service)) == 25
