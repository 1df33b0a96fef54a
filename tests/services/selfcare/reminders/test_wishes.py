"""How a patient wants to take part changes the number of reminders, and never the question that is followed up."""

from __future__ import annotations

from typing import Any

import pytest

from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.domain import Hours, State, plan
from services.selfcare.reminders.rules.domain import rules_of
from shared.db import Database
from shared.events import EngagementPreferenceChanged
from shared.service import Service
from shared.time import DEFAULT_QUIET, calendar_of
from tests.services.selfcare.reminders.test_domain import occasion
from tests.services.selfcare.world import ESTHER, ZONE, agreed, hear, reminders, settle, swedish, unit
from tests.support.services import make_service, set_clock

WISHES = ("i_decide", "together", "you_decide")


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    return service


def wish(decides: str) -> EngagementPreferenceChanged:
    return EngagementPreferenceChanged(patient_id=ESTHER, decides=decides)


def planned(service: Service) -> list[Any]:
    return [row.rule for row in reminders(service) if row.state == State.PLANNED]


def test_B7_9_i_decide_is_only_the_48_hours_one_and_you_decide_is_more() -> None:
    assert {decides: [rule.name for rule in rules_of("next_contact", decides)] for decides in WISHES} == {
        "i_decide": ["48_hours"],
        "together": ["7_days", "48_hours"],
        "you_decide": ["7_days", "48_hours", "evening_before"],
    }
    for kind in ("dialysis_session", "leaving_day", "contract_review"):
        assert len({rules_of(kind, decides) for decides in WISHES}) == 1, kind


@pytest.mark.parametrize("decides", WISHES)
def test_B7_9_the_question_that_is_followed_up_stays_as_it_is(decides: str) -> None:
    at, hours = swedish("2026-11-24 12:00"), Hours(quiet=DEFAULT_QUIET, zone=ZONE)
    every = plan(occasion("2026-12-17 10:00"), hours, calendar_of(unit()), at, decides)
    usual = plan(occasion("2026-12-17 10:00"), hours, calendar_of(unit()), at)
    assert [one for one in every if one.rule.chased] == [one for one in usual if one.rule.chased]


def test_B7_9_a_new_wish_changes_what_is_to_come_and_back_again(service: Service) -> None:
    hear(service, agreed("2026-12-17 10:00"))
    assert planned(service) == ["7_days", "48_hours"]
    hear(service, wish("i_decide"))
    assert planned(service) == ["48_hours"]
    hear(service, wish("you_decide"), wish("you_decide"))
    assert planned(service) == ["7_days", "48_hours", "evening_before"]
    hear(service, wish("together"))
    assert planned(service) == ["7_days", "48_hours"]


def test_B7_9_a_time_agreed_later_follows_the_wish_and_what_was_sent_stays(service: Service) -> None:
    hear(service, wish("i_decide"), agreed("2026-12-17 10:00"))
    assert planned(service) == ["48_hours"]
    hear(service, wish("together"))
    set_clock(service, swedish("2026-12-10 10:00"))
    claim_due(service)
    hear(service, wish("i_decide"))
    assert {row.rule: row.state for row in reminders(service)} == {"7_days": State.DUE, "48_hours": State.PLANNED}
