"""My times: what waits, what comes, a calendar file that says no more than when; and who may see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.selfcare.admission.actions import plan_stay
from services.selfcare.admission.tables import Stay
from services.selfcare.dialysis.actions import set_pattern
from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.times.domain import Coming, calendar_file
from shared.db import Database
from shared.events import ReminderAnswered, StaffRole, StaffRolesChanged
from shared.service import Service
from tests.services.selfcare.world import (
    ANNA,
    CONTRACT,
    ESTHER,
    LISA,
    OMAR,
    PHONE,
    STRANGER,
    UNIT,
    ZONE,
    agreed,
    dead,
    delegate,
    hear,
    person,
    reminders,
    settle,
    swedish,
    told,
    unit,
)
from tests.support.services import NOON, form_token, make_app, make_service, set_clock, sign_in

WARD = UUID(int=102)


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    """Esther has a next contact that she has been asked about, her dialysis, and a stay at a ward with a telling name."""
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, unit(unit_id=WARD, name="Psykiatrin avdelning 3", neutral=True), agreed("2026-11-26 09:00"))
    with service.act() as ctx:
        set_pattern(
            ctx,
            patient_id=ESTHER,
            contract_id=CONTRACT,
            unit_id=UNIT,
            rule="FREQ=WEEKLY;BYDAY=MO,WE,FR",
            start_local=datetime.fromisoformat("2026-11-23 08:00"),
            zone=ZONE,
            minutes=240,
        )
        plan_stay(
            ctx,
            patient_id=ESTHER,
            contract_id=None,
            unit_id=WARD,
            starts_local=datetime.fromisoformat("2026-11-24 10:00"),
            nights=3,
            zone=ZONE,
        )
    claim_due(service)
    return service


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return make_app(service).test_client()


def test_the_patient_sees_what_waits_and_everything_that_comes(client: FlaskClient) -> None:
    text = sign_in(client, ESTHER).get("/selfcare/times").text
    assert "Passar tiden?" in text
    assert "torsdag 26 november kl. 09.00" in text
    assert "onsdag 25 november kl. 08.00" in text
    assert "Till 12.00" in text
    assert "fredag 27 november kl. 12.00" in text
    assert "Du åker hem" in text
    assert PHONE in text
    assert "/selfcare/dialysis" in text
    assert "/selfcare/admission" in text


def test_a_fragment_is_the_same_page_without_its_frame(client: FlaskClient) -> None:
    sign_in(client, ESTHER)
    for address in ("/selfcare/times", "/selfcare/times/waiting"):
        text = client.get(address, headers={"HX-Request": "true"}).text
        assert "Passar tiden?" in text
        assert "<html" not in text


def test_the_part_on_the_first_page_says_the_next_time_and_opens_only_the_programmes_one_has(
    service: Service, client: FlaskClient
) -> None:
    text = sign_in(client, ESTHER).get("/selfcare/times/waiting", headers={"HX-Request": "true"}).text
    assert "onsdag 25 november kl. 08.00" in text.split("Din nästa tid", 1)[1]
    assert "/selfcare/admission" in text
    with service.act() as ctx:
        ctx.session.execute(sa.delete(Stay))
    text = client.get("/selfcare/times/waiting", headers={"HX-Request": "true"}).text
    assert "/selfcare/dialysis" in text
    assert "/selfcare/admission" not in text


def test_answering_while_signed_in_is_the_same_act(service: Service, client: FlaskClient) -> None:
    (asked,) = [row for row in reminders(service) if row.answer_until]
    sign_in(client, ESTHER)
    data = {"answer": "yes", "form_token": form_token(service, ESTHER)}
    assert client.post(f"/selfcare/times/{asked.id}/answer", data=data).status_code == 303
    assert [event.answer for event in told(service, ReminderAnswered)] == ["yes"]
    assert "Tiden passar" in client.get("/selfcare/times").text
    set_clock(service, swedish("2026-11-26 08:30"))
    assert client.post(f"/selfcare/times/{asked.id}/answer", data=data).status_code == 409


def test_an_answer_without_the_forms_own_token_is_refused(service: Service, client: FlaskClient) -> None:
    (asked,) = [row for row in reminders(service) if row.answer_until]
    sign_in(client, ESTHER)
    assert client.post(f"/selfcare/times/{asked.id}/answer", data={"answer": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "address", ["/selfcare/times", "/selfcare/dialysis", "/selfcare/admission", f"/selfcare/times/{ESTHER}"]
)
def test_nobody_signed_in_is_asked_to_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/contract/signin")


def test_P32_a_stranger_sees_and_answers_nothing_of_hers(service: Service, client: FlaskClient) -> None:
    (asked,) = [row for row in reminders(service) if row.answer_until]
    sign_in(client, STRANGER)
    assert client.get(f"/selfcare/times/{ESTHER}").status_code == 404
    assert client.get(f"/selfcare/times/{ESTHER}/calendar.ics").status_code == 404
    data = {"answer": "yes", "form_token": form_token(service, STRANGER)}
    assert client.post(f"/selfcare/times/{asked.id}/answer", data=data).status_code == 404
    assert "Inga tider är bokade" in client.get("/selfcare/times").text


def test_a_delegate_sees_with_one_scope_and_answers_with_another(service: Service, client: FlaskClient) -> None:
    sign_in(client, ANNA)
    assert client.get("/selfcare/times").status_code == 404
    hear(service, delegate("see_times"))
    text = client.get("/selfcare/times").text
    assert "torsdag 26 november kl. 09.00" in text
    assert "Passar tiden?" not in text
    (asked,) = [row for row in reminders(service) if row.answer_until]
    data = {"answer": "yes", "form_token": form_token(service, ANNA)}
    assert client.post(f"/selfcare/times/{asked.id}/answer", data=data).status_code == 404
    hear(service, delegate("see_times", "answer_reminders"))
    assert "Passar tiden?" in client.get("/selfcare/times").text
    assert client.post(f"/selfcare/times/{asked.id}/answer", data=data).status_code == 303
    assert [event.answered_by for event in told(service, ReminderAnswered)] == [ANNA]


def test_K21_a_delegate_and_another_unit_see_a_telling_units_time_only_as_a_time(
    service: Service, client: FlaskClient
) -> None:
    hear(service, delegate("see_times"))
    for viewer in (ANNA, LISA):
        text = sign_in(client, viewer).get(f"/selfcare/times/{ESTHER}").text
        assert "fredag 27 november kl. 12.00" in text
        assert "Du åker hem" not in text
        assert "Psykiatrin" not in text
    hear(service, StaffRolesChanged(person_id=LISA, roles=(StaffRole(unit_id=WARD, role="nurse"),)))
    assert "Du åker hem" in sign_in(client, LISA).get(f"/selfcare/times/{ESTHER}").text


def test_K21_B10_point_5_of_a_sensitive_units_time_another_unit_knows_only_that_she_can_not_come_then(
    service: Service, client: FlaskClient
) -> None:
    ward = unit(unit_id=WARD, name="Psykiatrin avdelning 3", phone="036-32 99 99", neutral=True, sensitive=True)
    hear(service, ward, delegate("see_times"))
    text = sign_in(client, LISA).get(f"/selfcare/times/{ESTHER}").text
    assert "Inte tillgänglig då" in text.split("fredag 27 november kl. 12.00")[1]
    assert not any(word in text for word in ("Du åker hem", "Psykiatrin", "32 99 99"))
    assert PHONE in text
    for viewer in (ESTHER, ANNA):
        assert "Inte tillgänglig då" not in sign_in(client, viewer).get(f"/selfcare/times/{ESTHER}").text
    hear(service, StaffRolesChanged(person_id=LISA, roles=(StaffRole(unit_id=WARD, role="nurse"),)))
    assert "Du åker hem" in sign_in(client, LISA).get(f"/selfcare/times/{ESTHER}").text


def test_the_named_contact_sees_the_times_and_may_not_answer_for_her(service: Service, client: FlaskClient) -> None:
    text = sign_in(client, LISA).get(f"/selfcare/times/{ESTHER}").text
    assert "torsdag 26 november kl. 09.00" in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]
    assert sign_in(client, OMAR).get(f"/selfcare/times/{ESTHER}").status_code == 404, "deputy only while she is away"


def test_nobody_opens_the_times_of_the_dead(service: Service, client: FlaskClient) -> None:
    hear(service, delegate("see_times"), dead())
    assert sign_in(client, ANNA).get(f"/selfcare/times/{ESTHER}").status_code == 404


def test_in_english_for_who_reads_english(service: Service, client: FlaskClient) -> None:
    hear(service, person(ESTHER, "patient", "Esther", language="en"))
    text = sign_in(client, ESTHER).get("/selfcare/times").text
    assert "Does this time work?" in text
    assert "Thursday 26 November at 09:00" in text


def test_K20_the_calendar_file_names_neither_unit_nor_kind(client: FlaskClient) -> None:
    answer = sign_in(client, ESTHER).get(f"/selfcare/times/{ESTHER}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert {line for line in answer.text.splitlines() if line.startswith("SUMMARY")} == {"SUMMARY:En tid"}
    for secret in ("Dialys", "dialys", "Psykiatrin", "Esther", "LOCATION", "DESCRIPTION"):
        assert secret not in answer.text
    assert "DTSTART:20261126T080000Z" in answer.text


def test_a_calendar_file_is_RFC_5545_lines() -> None:
    one = Coming(
        kind="next_contact",
        id=ESTHER,
        version=2,
        unit_id=UNIT,
        starts_at=swedish("2027-03-28 02:30"),
        ends_at=swedish("2027-03-28 02:30") + timedelta(hours=4),
        zone=ZONE,
    )
    text = calendar_file([one], "En tid, hos; å\\\n" + "ö" * 60, NOON)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:En tid\\, hos\\; å\\\\\\n" + "ö" * 60 in unfolded
    assert "DTSTART:20270328T013000Z" in unfolded, "02.30 does not exist that night: it is 03.30 on the wall"
    assert "DTEND:20270328T053000Z" in unfolded
    assert f"UID:{ESTHER}@samkontrakt" in unfolded
    assert "SEQUENCE:2" in unfolded
