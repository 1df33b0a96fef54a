"""A ready-made stay, and a wish to come in that reaches a person or says plainly that it does not."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.selfcare.admission.actions import plan_stay
from services.selfcare.admission.domain import leaves_local
from shared.db import Database
from shared.events import OpenHours, SelfcareAttentionNeeded
from shared.service import Service
from tests.services.selfcare.world import (
    ESTHER,
    FLOOR,
    LISA,
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
    told,
    unit,
)
from tests.support.services import form_token, make_app, make_service, set_clock, sign_in

DUTY = "010-242 10 20"


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    plan(service)
    return service


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return sign_in(make_app(service).test_client(), ESTHER)


def plan(service: Service, **changes: Any) -> UUID:
    values: dict[str, Any] = {
        "patient_id": ESTHER,
        "contract_id": None,
        "unit_id": UNIT,
        "starts_local": datetime.fromisoformat("2026-11-24 22:00"),
        "nights": 3,
        "zone": ZONE,
    }
    with service.act() as ctx:
        return plan_stay(ctx, **values | changes).id


def press(service: Service, client: FlaskClient, who: UUID = ESTHER) -> int:
    return client.post("/selfcare/admission/ask", data={"form_token": form_token(service, who)}).status_code


def test_H14_nights_are_midnights_not_24_hours() -> None:
    assert leaves_local(datetime.fromisoformat("2026-11-24 23:30"), 3) == datetime.fromisoformat("2026-11-27 12:00")
    assert leaves_local(datetime.fromisoformat("2026-11-25 00:30"), 3) == datetime.fromisoformat("2026-11-28 12:00")


def test_B7_the_leaving_day_is_reminded_the_evening_before_once(service: Service) -> None:
    plan(service)
    (row,) = reminders(service)
    assert (row.subject_kind, row.rule, row.answer_until) == ("leaving_day", "evening_before", None)
    assert row.send_at == swedish("2026-11-26 18:00")


def test_the_numbers_stand_first_and_the_button_after_them(client: FlaskClient) -> None:
    main = client.get("/selfcare/admission").text.split("<main")[1]
    assert main.index(PHONE) < main.index("/selfcare/admission/ask")
    assert main.index("112") < main.index("/selfcare/admission/ask")
    assert "inom två timmar" in main


def test_K8_pressing_opens_an_urgent_request_and_twice_joins_it(service: Service, client: FlaskClient) -> None:
    assert [press(service, client), press(service, client)] == [303, 303]
    (needed,) = told(service, SelfcareAttentionNeeded)
    assert needed.subject.startswith("admission_request:")
    assert (needed.kind, needed.priority, needed.patient_id) == ("wants_to_come_in", "urgent", ESTHER)
    text = client.get("/selfcare/admission").text
    assert "En person ringer dig före" in text
    assert "tisdag 24 november kl. 14.00" in text, "two hours from noon"
    assert "/selfcare/admission/ask" not in text


def test_when_the_promised_call_is_late_the_page_says_ring_and_asks_again(
    service: Service, client: FlaskClient
) -> None:
    press(service, client)
    set_clock(service, swedish("2026-11-24 14:01"))
    assert "Har ingen ringt dig?" in client.get("/selfcare/admission").text
    press(service, client)
    keys = {event.dedup_key for event in told(service, SelfcareAttentionNeeded)}
    assert len(told(service, SelfcareAttentionNeeded)) == 2
    assert len(keys) == 1, "notify joins them"


def test_K1_outside_duty_hours_no_call_is_promised(service: Service, client: FlaskClient) -> None:
    set_clock(service, swedish("2026-11-27 20:00"))
    for _ in range(2):
        text = client.get("/selfcare/admission").text
        assert "Ingen läser det här före" in text
        assert "måndag 30 november kl. 07.30" in text
        assert "inom två timmar" not in text
        assert "En person ringer dig" not in text
        assert FLOOR in text
        press(service, client)
    assert len(told(service, SelfcareAttentionNeeded)) == 1


def test_K8_an_open_duty_line_is_a_person_who_rings(service: Service, client: FlaskClient) -> None:
    always = tuple(OpenHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7))
    hear(service, unit(duty_line=DUTY, duty_hours=always))
    set_clock(service, swedish("2026-11-27 20:00"))
    assert DUTY in client.get("/selfcare/admission").text
    press(service, client)
    assert "fredag 27 november kl. 22.00" in client.get("/selfcare/admission").text


def test_K8_who_has_no_ward_meets_numbers_and_no_dead_end(service: Service, client: FlaskClient) -> None:
    sign_in(client, STRANGER)
    text = client.get("/selfcare/admission").text
    assert "Prata med din kontakt" in text
    assert "112" in text
    assert press(service, client, STRANGER) == 409
    assert told(service, SelfcareAttentionNeeded) == []


def test_K8_who_has_a_contract_but_no_ward_meets_the_number_of_their_unit(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    text = sign_in(make_app(service).test_client(), ESTHER).get("/selfcare/admission").text
    assert "Prata med din kontakt" in text
    assert PHONE in text


def test_K17_a_death_takes_the_stay_out_of_what_comes_and_back_if_wrong(service: Service, client: FlaskClient) -> None:
    hear(service, dead(), person(ESTHER, "patient", "Esther"))
    assert "Du åker hem" in client.get("/selfcare/admission").text


def test_staff_have_no_page_of_coming_in(service: Service, client: FlaskClient) -> None:
    assert sign_in(client, LISA).get("/selfcare/admission").status_code == 404
