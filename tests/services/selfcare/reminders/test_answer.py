"""K19: one question, answered by a link; changed while there is time; afterwards a number to ring and nothing else."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.domain import ANSWERS, MOVES, State
from services.selfcare.reminders.tables import Reminder
from shared.audit import access_log
from shared.auth import answer_token
from shared.db import Database
from shared.events import (
    NextContactCancelled,
    NextContactMoved,
    ReminderAnswered,
    ReminderDue,
    SelfcareAttentionNeeded,
)
from shared.service import Service
from tests.services.selfcare.world import (
    ANNA,
    CONTRACT,
    ESTHER,
    FLOOR,
    NEXT,
    PHONE,
    STRANGER,
    agreed,
    delegate,
    delivered,
    hear,
    person,
    reminders,
    settle,
    swedish,
    told,
)
from tests.support.services import make_app, make_service, set_clock

ASKED = swedish("2026-11-25 09:00")
UNTIL = swedish("2026-11-27 07:00")


@pytest.fixture
def service(selfcare_db: Database) -> Service:
    """Esther has got her reminder of Friday at 09.00."""
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, agreed("2026-11-27 09:00"))
    set_clock(service, ASKED)
    claim_due(service)
    hear(service, delivered(the_row(service).id, ASKED))
    return service


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return make_app(service).test_client()


def the_row(service: Service) -> Reminder:
    (row,) = reminders(service)
    return row


def link(service: Service, person_id: UUID = ESTHER) -> str:
    secret = service.config.pair_secrets["notify"][0]
    return f"/selfcare/a/{answer_token(secret, the_row(service).id, person_id)}"


def answers(service: Service) -> list[tuple[str, UUID]]:
    return [(event.answer, event.answered_by) for event in told(service, ReminderAnswered)]


def attentions(service: Service) -> list[tuple[str, str]]:
    return [(event.kind, event.reason_key) for event in told(service, SelfcareAttentionNeeded)]


def test_K20_the_link_shows_the_time_and_nothing_of_unit_or_kind_and_changes_nothing(
    service: Service, client: FlaskClient
) -> None:
    text = client.get(link(service)).text
    assert "fredag 27 november kl. 09.00" in text
    for secret in ("Esther", "Lisa", "Dialys", "Eksjö", "dialys"):
        assert secret not in text
    assert PHONE in text
    assert answers(service) == []
    assert the_row(service).state == State.DELIVERED


def test_the_page_speaks_the_recipients_language(service: Service, client: FlaskClient) -> None:
    hear(service, person(ESTHER, "patient", "Esther", language="en"))
    text = client.get(link(service)).text
    assert "Friday 27 November at 09:00" in text
    assert "Yes, it works" in text


def test_a_yes_is_told_once_however_often_it_is_pressed(service: Service, client: FlaskClient) -> None:
    for _ in range(2):
        assert client.post(link(service), data={"answer": "yes"}).status_code == 303
    assert answers(service) == [("yes", ESTHER)]
    assert attentions(service) == []
    assert (the_row(service).state, the_row(service).chase_at) == (State.CONFIRMED, None)


@pytest.mark.parametrize(("answer", "kind"), [("cannot", "cannot_come"), ("another_time", "another_time")])
def test_B7_rule_10_a_no_reaches_a_person_at_once(
    service: Service, client: FlaskClient, answer: str, kind: str
) -> None:
    client.post(link(service), data={"answer": answer})
    assert attentions(service) == [(kind, f"reminder.{kind}")]
    (needed,) = told(service, SelfcareAttentionNeeded)
    assert (needed.priority, needed.dedup_key) == ("soon", f"{kind}:{ESTHER}")


def test_K19_an_answer_can_be_changed_until_its_time_is_out(service: Service, client: FlaskClient) -> None:
    client.post(link(service), data={"answer": "cannot"})
    assert "Du svarade: <strong>Jag kan inte komma</strong>" in client.get(link(service)).text
    set_clock(service, UNTIL)
    client.post(link(service), data={"answer": "yes"})
    assert answers(service) == [("cannot", ESTHER), ("yes", ESTHER)]
    assert attentions(service)[-1] == ("cannot_come", "reminder.changed_to_yes"), "who acted on the no must know"
    assert the_row(service).state == State.CONFIRMED


def test_K19_afterwards_it_shows_the_number_and_takes_nothing(service: Service, client: FlaskClient) -> None:
    path = link(service)
    set_clock(service, swedish("2026-11-27 07:31"))
    for answered in (client.get(path), client.post(path, data={"answer": "yes"})):
        assert answered.status_code == 410
        assert PHONE in answered.text
        assert "112" in answered.text
        assert "1177" in answered.text
        assert "27 november" not in answered.text
    assert answers(service) == []


def test_K19_a_time_that_moved_or_was_cancelled_closes_the_link(service: Service, client: FlaskClient) -> None:
    path = link(service)
    hear(service, NextContactMoved(**vars(agreed("2026-12-01 10:00", version=2))))
    assert client.get(path).status_code == 410
    hear(service, NextContactCancelled(next_contact_id=NEXT, contract_id=CONTRACT, patient_id=ESTHER, version=3))
    assert client.post(path, data={"answer": "yes"}).status_code == 410
    assert answers(service) == []


def test_a_forged_token_shows_only_the_public_numbers(service: Service, client: FlaskClient) -> None:
    forged = answer_token("another secret, as long as a real one is", the_row(service).id, ESTHER)
    for token in (forged, "nonsense", link(service).rsplit("/", 1)[1] + "x"):
        for answered in (
            client.get(f"/selfcare/a/{token}"),
            client.post(f"/selfcare/a/{token}", data={"answer": "yes"}),
        ):
            assert answered.status_code == 404
            assert "1177" in answered.text
            assert PHONE not in answered.text
    assert answers(service) == []


def test_a_stranger_with_a_token_of_their_own_for_this_reminder_gets_nothing(
    service: Service, client: FlaskClient
) -> None:
    path = link(service, STRANGER)
    assert client.get(path).status_code == 410
    assert client.post(path, data={"answer": "yes"}).status_code == 410
    assert "27 november" not in client.get(path).text


def test_a_delegate_answers_only_with_the_scope_and_only_while_it_lasts(service: Service, client: FlaskClient) -> None:
    path = link(service, ANNA)
    hear(service, delegate("receive_reminders"))
    assert client.post(path, data={"answer": "yes"}).status_code == 410
    hear(service, delegate("receive_reminders", "answer_reminders"))
    assert "någon som du hjälper" in client.get(path).text
    assert client.post(path, data={"answer": "yes"}).status_code == 303
    hear(service, delegate("receive_reminders", "answer_reminders", state="ended"))
    assert client.post(path, data={"answer": "cannot"}).status_code == 410
    assert answers(service) == [("yes", ANNA)]


def test_of_two_who_answer_the_latest_stands_and_is_shown_to_both(service: Service, client: FlaskClient) -> None:
    hear(service, delegate("answer_reminders"))
    client.post(link(service), data={"answer": "yes"})
    client.post(link(service, ANNA), data={"answer": "cannot"})
    assert the_row(service).answer == "cannot"
    assert [event.on_behalf_of for event in told(service, SelfcareAttentionNeeded)] == [ANNA]
    text = client.get(link(service)).text
    assert "Någon annan har svarat" in text
    assert "Anna" not in text


def test_K1_outside_staffed_hours_it_says_when_somebody_reads_it(service: Service, client: FlaskClient) -> None:
    set_clock(service, swedish("2026-11-26 19:00"))
    client.post(link(service), data={"answer": "cannot"})
    text = client.get(link(service)).text
    assert "Ingen läser det här före" in text
    assert "fredag 27 november kl. 07.30" in text
    assert FLOOR in text


def test_K1_in_staffed_hours_it_says_that_they_are_there(service: Service, client: FlaskClient) -> None:
    client.post(link(service), data={"answer": "cannot"})
    assert "De är på plats nu" in client.get(link(service)).text


def test_a_button_of_no_known_answer_is_shown_what_to_do(service: Service, client: FlaskClient) -> None:
    answered = client.post(link(service), data={"answer": "maybe"})
    assert answered.status_code == 422
    assert "Välj ett av svaren" in answered.text


def test_opening_and_answering_are_in_the_access_log(service: Service, client: FlaskClient) -> None:
    client.get(link(service))
    client.post(link(service), data={"answer": "yes"})
    with service.database.begin() as session:
        rows = session.execute(sa.select(access_log).where(access_log.c.actor_as == "anyone")).all()
    assert [(row.patient_id, row.action) for row in rows] == [(ESTHER, "read"), (ESTHER, "answer by link")]


def test_a_no_holds_back_the_later_reminder_of_the_same_thing_and_a_yes_brings_it_back(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db)
    settle(service)
    hear(service, agreed("2026-12-11 09:00"))
    set_clock(service, swedish("2026-12-04 09:00"))
    claim_due(service)
    week = next(row for row in reminders(service) if row.rule == "7_days")
    path = f"/selfcare/a/{answer_token(service.config.pair_secrets['notify'][0], week.id, ESTHER)}"
    client = make_app(service).test_client()
    client.post(path, data={"answer": "cannot"})
    assert {row.rule: row.state for row in reminders(service)} == {
        "7_days": State.DECLINED,
        "48_hours": State.CANCELLED,
    }
    client.post(path, data={"answer": "yes"})
    set_clock(service, swedish("2026-12-09 09:00"))
    assert claim_due(service) == 1
    later = next(row for row in reminders(service) if row.rule == "48_hours")
    hear(service, delivered(later.id, swedish("2026-12-09 09:01")))
    later = next(row for row in reminders(service) if row.rule == "48_hours")
    assert (later.state, later.chase_at) == (State.CONFIRMED, None), "answered already: reminded, not asked on"
    assert len(told(service, ReminderDue)) == 2


@pytest.mark.parametrize("state", State)
def test_C_state_an_answer_is_taken_in_every_state_that_has_one_and_in_no_other(
    service: Service, client: FlaskClient, state: State
) -> None:
    path = link(service)
    with service.database.begin() as session:
        session.execute(sa.update(Reminder).values(state=state))
    for answer, to in ANSWERS.items():
        taken = client.post(path, data={"answer": answer})
        if to in MOVES[state]:
            assert (taken.status_code, the_row(service).state) == (303, to), taken.text[:300]
            with service.database.begin() as session:
                session.execute(sa.update(Reminder).values(state=state))
        else:
            assert (taken.status_code, the_row(service).state) == (410, state)
            assert PHONE in taken.text
            assert answers(service) == []
