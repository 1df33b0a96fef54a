"""The pages about messages: honest states, own settings with a sample, and a log for admins that holds no contents."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.notify.delivery.channel.domain import Fate, Outcome
from services.notify.delivery.domain import State
from services.notify.delivery.history.domain import Standing, standing
from services.notify.delivery.preference import store as preferences
from services.notify.delivery.preference.domain import Wishes, every_day
from services.notify.delivery.sending.actions import send_due
from shared.db import Database
from shared.events import Appointment, CoverChanged, StaffRole, StaffRolesChanged, UnitChanged
from shared.service import Service
from tests.services.notify.delivery.material import (
    MIRA,
    NURSE,
    UNIT,
    Counting,
    due,
    person,
    put,
    rows,
    service_with_people,
    tell,
)
from tests.support.services import NOON, form_token, make_app, set_clock, sign_in, told

OTHER_UNIT = UUID("00000000-0000-4000-8000-00000000b002")
ADMIN = UUID("00000000-0000-4000-8000-00000000a004")


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = service_with_people(notify_db)
    unit = UnitChanged(
        unit_id=UNIT,
        name="Njurmottagningen",
        zone="Europe/Stockholm",
        phone="036-32 10 00",
        floor_number="036-32 10 01",
        duty_line=None,
        head_id=None,
        hours=(),
        duty_hours=(),
    )
    appointment = Appointment(
        person_id=NURSE, unit_id=UNIT, primary=True, deputy_id=None, starts=NOON - timedelta(days=9), ends=None
    )
    cover = CoverChanged(contract_id=uuid4(), patient_id=MIRA, unit_id=UNIT, appointments=(appointment,))
    tell(
        service,
        unit,
        cover,
        person(NURSE, "staff", "nurse@unit.example"),
        person(ADMIN, "staff", None),
        StaffRolesChanged(person_id=NURSE, roles=(StaffRole(unit_id=UNIT, role="nurse"),)),
        StaffRolesChanged(person_id=ADMIN, roles=(StaffRole(unit_id=UNIT, role="admin"),)),
    )
    return service


def at_the_page_of(service: Service, who: UUID) -> FlaskClient:
    return sign_in(make_app(service).test_client(), who)


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]))


@pytest.mark.parametrize("address", ["/notify/my/messages", "/notify/my/settings", "/notify/log"])
def test_P32_a_stranger_is_asked_to_sign_in(service: Service, address: str) -> None:
    answer = make_app(service).test_client().get(address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/contract/signin")


def test_my_messages_say_what_is_so(service: Service) -> None:
    tell(service, due())
    set_clock(service, datetime(2026, 11, 24, 22, tzinfo=UTC))
    mira = at_the_page_of(service, MIRA)
    assert "Sparat. Det skickas alldeles strax." in read(mira, "/notify/my/messages")
    send_due(service, {"email": Counting()})
    assert "Sparat. Det skickas onsdag 25 november kl. 08.00 ." in read(mira, "/notify/my/messages")
    set_clock(service, datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
    send_due(service, {"email": Counting()})
    text = read(mira, "/notify/my/messages")
    assert "Skickat onsdag 25 november kl. 08.00 . Vi kan inte se om det har nått dig." in text
    assert "Du har en tid torsdag 26 november kl. 09.00." in text


def test_an_unreachable_person_reads_that_and_whom_to_ask(service: Service) -> None:
    tell(service, due())
    send_due(service, {"email": Counting(lambda _mail: Outcome(Fate.REFUSED, "rcpt_550"))})
    mira = at_the_page_of(service, MIRA)
    assert "Vi kunde inte nå dig. Be din mottagning" in read(mira, "/notify/my/messages")
    assert "036-32 10 01" in mira.get("/notify/my/messages").text


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (State.SCHEDULED, None, Standing.SOON),
        (State.CLAIMED, None, Standing.SENDING),
        (State.RETRY, "rcpt_451", Standing.AGAIN),
        (State.UNKNOWN, "no_reply", Standing.UNSURE),
        (State.ACCEPTED, None, Standing.SENT),
        (State.REJECTED, "unreachable", Standing.UNREACHED),
        (State.FAILED, "no_channel", Standing.UNREACHED),
        (State.FAILED, "unconfirmed", Standing.UNSURE),
        (State.EXPIRED, "quiet", Standing.TOO_LATE),
        (State.CANCELLED, "cancelled", Standing.CALLED_OFF),
    ],
)
def test_no_state_is_said_to_be_better_than_it_is(state: State, reason: str | None, expected: Standing) -> None:
    assert standing(state, reason, possible_duplicate=False, not_before=NOON, at=NOON) == expected


def test_what_may_have_come_twice_and_what_is_held_are_said(service: Service) -> None:
    later = NOON + timedelta(minutes=1)
    assert standing(State.SCHEDULED, None, possible_duplicate=False, not_before=later, at=NOON) == Standing.HELD
    assert standing(State.ACCEPTED, None, possible_duplicate=True, not_before=NOON, at=NOON) == Standing.SENT_TWICE


def test_an_empty_list_says_what_will_show_there(service: Service) -> None:
    assert "Du har inga meddelanden än." in read(at_the_page_of(service, MIRA), "/notify/my/messages")


def test_messages_come_page_by_page_and_each_once(service: Service) -> None:
    put(service, 45)
    mira = at_the_page_of(service, MIRA)
    seen, address = 0, "/notify/my/messages"
    for expected in (20, 20, 5):
        html = mira.get(address).text
        seen += html.count('<section class="sk-card')
        assert html.count('<section class="sk-card') == expected
        following = re.search(r'href="([^"]+)" rel="next"', html)
        address = following[1] if following else ""
    assert (seen, address) == (45, "")


def test_P32_the_page_marker_of_somebody_elses_message_shows_nothing_of_it(service: Service) -> None:
    put(service, recipient_id=NURSE, template="work_now", params={"urgent": 1}, klass="staff_notice")
    (other,) = rows(service)
    assert "Du har inga meddelanden" in read(at_the_page_of(service, MIRA), f"/notify/my/messages?before={other.id}")


def test_settings_are_kept_and_told_and_a_sample_is_not(service: Service) -> None:
    mira = at_the_page_of(service, MIRA)
    form = {
        "form_token": form_token(service, MIRA),
        "quiet_from": "22:30",
        "quiet_to": "06:00",
        "language": "en",
        "detail": "place",
    }
    sample = mira.post("/notify/my/settings", data={**form, "sample": "1"})
    assert "You have a time on Thursday 26 November at 09:00." in sample.text
    assert "It is at Njurmottagningen, 036-32 10 01." in sample.text
    assert 'value="22:30"' in sample.text
    assert told(service) == []
    answer = mira.post("/notify/my/settings", data=form)
    assert answer.status_code == 303
    with service.database.begin() as session:
        wanted = Wishes(quiet_hours=every_day(time(22, 30), time(6)), language="en", detail="place")
        assert preferences.wishes(session, MIRA) == wanted
    assert told(service) == ["se.samkontrakt.notify.preferences.changed.v1"]
    assert "Sparat. Det gäller från nästa meddelande." in mira.get("/notify/my/settings").text


def test_settings_decide_the_next_message(service: Service) -> None:
    mira = at_the_page_of(service, MIRA)
    form = {
        "form_token": form_token(service, MIRA),
        "quiet_from": "08:00",
        "quiet_to": "08:00",
        "language": "en",
        "detail": "minimal",
    }
    mira.post("/notify/my/settings", data=form)
    set_clock(service, datetime(2026, 11, 24, 22, tzinfo=UTC))
    tell(service, due())
    channel = Counting()
    send_due(service, {"email": channel})
    assert channel.taken[0].text.startswith("Hello!\n\nYou have a time on Thursday 26 November at 09:00.\n\nCan you")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quiet_from", ""),
        ("quiet_from", "25:00"),
        ("quiet_to", "06:00+01:00"),
        ("language", "xx"),
        ("detail", "full"),
    ],
)
def test_a_wrong_setting_is_refused_beside_its_field(service: Service, field: str, value: str) -> None:
    mira = at_the_page_of(service, MIRA)
    form = {"quiet_from": "22:00", "quiet_to": "06:00", "language": "own", "detail": "minimal", field: value}
    answer = mira.post("/notify/my/settings", data={"form_token": form_token(service, MIRA), **form})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert told(service) == []


def test_staff_see_a_sample_of_theirs_and_choose_no_detail(service: Service) -> None:
    text = read(at_the_page_of(service, NURSE), "/notify/my/settings")
    assert "3 ärenden väntar på dig." in text
    assert "Hur mycket får stå" not in text
    assert "meddelas genast, också under din tysta tid" in text


def test_the_log_shows_own_units_with_state_and_reason_but_no_contents(service: Service) -> None:
    put(service, unit_id=UNIT, patient_id=MIRA, subject_id=uuid4(), attempt=1)
    send_due(service, {"email": Counting(lambda _mail: Outcome(Fate.REFUSED, "rcpt_550"))})
    put(service, unit_id=UNIT, patient_id=MIRA)
    put(service, unit_id=OTHER_UNIT)
    admin = at_the_page_of(service, ADMIN)
    everything = read(admin, "/notify/log")
    assert everything.split("Inloggad", 1)[0].count("Mira Marker") == 2
    assert "Adressen tar inte emot e-post" in everything
    assert "26 november" not in everything
    assert read(admin, "/notify/log?show=failures").split("Inloggad", 1)[0].count("Mira Marker") == 1


def test_the_log_is_for_admins_only(service: Service) -> None:
    assert at_the_page_of(service, NURSE).get("/notify/log").status_code == 404
    assert at_the_page_of(service, MIRA).get("/notify/log").status_code == 404
