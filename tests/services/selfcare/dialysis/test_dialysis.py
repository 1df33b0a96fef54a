"""A weekly pattern makes each session once, on the wall clock, with a word the evening before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.selfcare.dialysis.actions import set_pattern, top_up
from services.selfcare.dialysis.domain import Pattern, sessions
from services.selfcare.dialysis.store import to_top_up_since
from services.selfcare.dialysis.tables import DialysisSession
from services.selfcare.reminders.domain import State
from shared.db import Database
from shared.errors import Refused
from shared.service import Service
from tests.services.selfcare.world import (
    CONTRACT,
    ESTHER,
    PHONE,
    STRANGER,
    UNIT,
    ZONE,
    dead,
    hear,
    person,
    reminders,
    settle,
    swedish,
)
from tests.support.services import NOON, make_app, make_service, set_clock, sign_in

WEEK: dict[str, Any] = {
    "patient_id": ESTHER,
    "contract_id": CONTRACT,
    "unit_id": UNIT,
    "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "start_local": datetime.fromisoformat("2026-11-23 08:00"),
    "zone": ZONE,
    "minutes": 240,
}


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    return service


def put(service: Service, **changes: Any) -> UUID:
    with service.act() as ctx:
        return set_pattern(ctx, **WEEK | changes).id


def planned(service: Service) -> list[DialysisSession]:
    query = sa.select(DialysisSession).where(DialysisSession.state == "planned").order_by(DialysisSession.starts_at)
    with service.database.begin() as session:
        return list(session.scalars(query))


@pytest.mark.parametrize(
    ("day", "instant"), [("2027-03-28", "2027-03-28T01:30:00+00:00"), ("2027-10-31", "2027-10-31T00:30:00+00:00")]
)
def test_H9_a_night_session_at_0230_happens_once_on_the_days_the_clocks_change(day: str, instant: str) -> None:
    nights = Pattern(rule="FREQ=DAILY", start_local=datetime.fromisoformat("2027-01-01 02:30"), zone=ZONE, minutes=480)
    start = swedish(f"{day} 00:00")
    (one,) = sessions(nights, start, start + timedelta(hours=23))
    assert one.starts_at == datetime.fromisoformat(instant)
    assert one.starts_local == datetime.fromisoformat(f"{day} 02:30")
    assert one.ends_at - one.starts_at == timedelta(hours=8), "eight hours passed, whatever the wall shows"


def test_eight_weeks_of_sessions_each_with_its_evening_before(service: Service) -> None:
    put(service)
    rows = planned(service)
    assert len(rows) == 24
    assert rows[0].starts_at == swedish("2026-11-25 08:00")
    assert {row.starts_local.strftime("%a %H:%M") for row in rows} == {"Mon 08:00", "Wed 08:00", "Fri 08:00"}
    timeline = reminders(service)
    assert timeline[0].send_at == swedish("2026-11-24 18:00")
    assert len(timeline) == 24
    assert all(row.answer_until is None for row in timeline)


def test_a_pattern_whose_person_wants_no_word_has_sessions_and_no_reminders(service: Service) -> None:
    put(service, reminded=False)
    assert len(planned(service)) == 24
    assert reminders(service) == []


def test_the_same_pattern_again_changes_nothing(service: Service) -> None:
    assert put(service) == put(service)
    assert len(planned(service)) == 24
    assert len(reminders(service)) == 24


def test_another_pattern_releases_the_old_sessions_and_their_reminders(service: Service) -> None:
    put(service)
    put(service, rule="FREQ=WEEKLY;BYDAY=TU,TH", start_local=datetime.fromisoformat("2026-11-24 16:00"))
    assert {row.starts_local.strftime("%a") for row in planned(service)} == {"Tue", "Thu"}
    states = {(row.occurrence_local.strftime("%a"), row.state) for row in reminders(service)}
    assert states == {
        *((day, State.CANCELLED) for day in ("Mon", "Wed", "Fri")),
        *((day, State.PLANNED) for day in ("Tue", "Thu")),
    }


def test_a_rule_that_is_not_allowed_is_refused_and_nothing_is_stored(service: Service) -> None:
    put(service)
    with pytest.raises(Refused):
        put(service, rule="FREQ=SECONDLY")
    assert len(planned(service)) == 24


def test_sessions_are_topped_up_once_as_days_pass(service: Service) -> None:
    put(service)
    assert top_up(service) == 0
    set_clock(service, NOON + timedelta(days=8))
    with service.database.begin() as session:
        assert to_top_up_since(session, NOON + timedelta(days=8))
    assert [top_up(service), top_up(service)] == [1, 0]
    rows = planned(service)
    assert len(rows) == len({row.starts_at for row in rows}) == 28
    assert len(reminders(service)) == len(rows)


def test_K17_a_death_releases_the_sessions_and_plans_no_more_until_it_is_found_wrong(service: Service) -> None:
    put(service)
    hear(service, dead())
    assert planned(service) == []
    set_clock(service, NOON + timedelta(days=8))
    assert top_up(service) == 0
    hear(service, person(ESTHER, "patient", "Esther"))
    assert top_up(service) == 1
    assert planned(service)[0].starts_at == swedish("2026-12-04 08:00")
    assert any(row.state == State.PLANNED for row in reminders(service))


def test_K5_the_week_the_danger_signs_and_the_number_stand_on_the_page(service: Service) -> None:
    put(service)
    client = sign_in(make_app(service).test_client(), ESTHER)
    text = client.get("/selfcare/dialysis").text
    assert "onsdag 25 november kl. 08.00" in text
    assert "Dialys till 12.00" in text
    for words in ("luft i slangen", "ont i bröstet", "svårt att andas", "blödning", "svimning", PHONE, "112", "1177"):
        assert words in text


def test_a_patient_without_a_programme_gets_an_empty_page_with_the_signs(service: Service) -> None:
    text = sign_in(make_app(service).test_client(), STRANGER).get("/selfcare/dialysis").text
    assert "Du har inga dagar" in text
    assert "luft i slangen" in text
