"""Staff are told: of what is urgent at once, of the rest together, with counts and a link and nobody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.notify.delivery.tables import Delivery
from services.notify.requests.handling import actions as handling
from shared.db import Database
from shared.service import Service
from tests.services.notify.requests import world
from tests.services.notify.requests.world import (
    ADMIN,
    COORDINATOR,
    EMIL,
    EMILS_CONTRACT,
    ESTHER,
    HEAD,
    LISA,
    OMAR,
    attention,
    away,
    due,
    hear,
    mails,
    only,
    settled,
    swedish,
    watchers,
)
from tests.support.services import NOON, make_service, set_clock

URGENT: dict[str, Any] = {"priority": "urgent", "kind": "wants_to_come_in", "reason_key": "admission.wants_to_come_in"}


@pytest.fixture
def service(notify_db: Database) -> Service:
    return settled(notify_db)


def told(service: Service) -> list[tuple[object, str, dict[str, int]]]:
    return [(mail.recipient_id, mail.template, mail.params) for mail in mails(service)]


def test_K3_an_urgent_request_is_told_at_once_to_who_answers_now(service: Service) -> None:
    hear(service, attention(**URGENT))
    (mail,) = mails(service)
    assert (mail.recipient_id, mail.template, mail.params) == (LISA, "work_now", {"urgent": 1})
    assert (mail.subject_id, mail.patient_id, mail.klass, mail.ignore_quiet) == (
        only(service).id,
        None,
        "staff_notice",
        True,
    )


def test_K3_everything_else_waits_for_the_digest_one_message_for_all_of_it(service: Service) -> None:
    hear(service, attention(), attention(kind="undeliverable"))
    hear(service, attention(patient_id=EMIL, contract_id=EMILS_CONTRACT))
    assert mails(service) == []
    due(service, swedish("2026-11-24 12:59"))
    assert mails(service) == []
    due(service, swedish("2026-11-24 13:00"))
    assert told(service) == [(LISA, "work_digest", {"waiting": 3, "urgent": 0})]
    due(service, swedish("2026-11-24 13:00"))
    assert len(mails(service)) == 1


def test_K3_what_is_unread_is_told_again_and_what_is_read_is_not(service: Service) -> None:
    hear(service, attention(), attention(kind="undeliverable"))
    due(service, swedish("2026-11-24 13:00"))
    world.acknowledge(service, request_id=world.rows(service)[0].id)
    due(service, swedish("2026-11-25 08:00"))
    digests = [mail for mail in mails(service) if mail.recipient_id == LISA]
    assert [mail.params["waiting"] for mail in digests] == [2, 1]


def test_K3_two_processes_at_the_same_time_send_one_digest(notify_db: Database, service: Service) -> None:
    hear(service, attention())
    other = make_service("notify", notify_db)
    due(service, swedish("2026-11-24 13:00"))
    due(other, swedish("2026-11-24 13:00"))
    assert len(mails(service)) == 1


def test_K3_who_gets_an_urgent_request_by_an_absence_is_told_at_once(service: Service) -> None:
    hear(service, attention(**URGENT))
    set_clock(service, NOON + timedelta(minutes=1))
    hear(service, away(LISA, NOON))
    assert [mail.recipient_id for mail in mails(service)] == [LISA, OMAR]


def test_K3_in_the_duty_lines_hours_nobody_is_woken(service: Service) -> None:
    evening = swedish("2026-11-24 19:00")
    hear(service, world.with_duty_line())
    set_clock(service, evening)
    hear(service, attention(evening, **URGENT))
    assert only(service).priority == "urgent"
    assert [(mail.recipient_id, mail.ignore_quiet) for mail in mails(service)] == [(LISA, False)]


def test_K3_what_is_the_whole_units_is_told_to_its_coordinators(service: Service) -> None:
    hear(service, away(LISA, NOON), away(OMAR, NOON), away(HEAD, NOON))
    hear(service, world.unit(head_id=None), attention())
    assert only(service).responsible_id is None
    due(service, swedish("2026-11-24 13:00"))
    assert [mail.recipient_id for mail in mails(service)] == [COORDINATOR]


def test_K20_no_message_to_staff_says_whom_or_what_it_is_about(service: Service) -> None:
    hear(service, attention(**URGENT), attention())
    due(service, swedish("2026-11-24 13:00"))
    to_staff = [mail for mail in mails(service) if mail.klass == "staff_notice"]
    assert to_staff
    for mail in to_staff:
        assert set(mail.params) <= {"urgent", "waiting"}
        assert mail.patient_id is None


def urgent_to(service: Service, minutes: int) -> list[Delivery]:
    """What has been sent after each minute up to ``minutes``."""
    for minute in range(0, minutes + 1, 5):
        due(service, NOON + timedelta(minutes=minute))
    return mails(service)


def test_K2_an_unread_urgent_request_reaches_deputy_coordinator_and_head_in_turn(service: Service) -> None:
    hear(service, attention(**URGENT))
    urgent_to(service, 25)
    assert watchers(service) == {}
    urgent_to(service, 30)
    assert watchers(service) == {OMAR: 100}
    urgent_to(service, 45)
    assert watchers(service) == {OMAR: 100, COORDINATOR: 150}
    sent = urgent_to(service, 60)
    assert watchers(service) == {OMAR: 100, COORDINATOR: 150, HEAD: 200, ADMIN: 200}
    assert {mail.recipient_id for mail in sent} == {LISA, OMAR, COORDINATOR, HEAD, ADMIN, ESTHER}


def test_B4_at_the_last_step_the_patient_is_told_that_we_are_late_once_for_each_clock(service: Service) -> None:
    hear(service, attention(**URGENT))
    urgent_to(service, 55)
    assert ESTHER not in {mail.recipient_id for mail in mails(service)}
    urgent_to(service, 150)
    late = [mail for mail in mails(service) if mail.recipient_id == ESTHER]
    assert [(mail.template, mail.state) for mail in late] == [("late", "scheduled")]
    world.answer(service)
    assert sorted((mail.template, mail.state) for mail in mails(service) if mail.recipient_id == ESTHER) == [
        ("late", "cancelled"),
        ("new_answer", "scheduled"),
    ]


def test_K2_each_step_is_taken_once(service: Service) -> None:
    hear(service, attention(**URGENT))
    due(service, NOON + timedelta(minutes=30))
    before = world.acts(service)
    due(service, NOON + timedelta(minutes=30))
    assert world.acts(service) == before == ["opened", "escalated", "escalated"]


def test_K2_after_the_last_step_the_head_is_told_every_half_hour_until_it_is_answered(service: Service) -> None:
    hear(service, attention(**URGENT))
    urgent_to(service, 60)
    before = [mail.recipient_id for mail in mails(service)].count(HEAD)
    urgent_to(service, 90)
    assert [mail.recipient_id for mail in mails(service)].count(HEAD) == before + 1
    world.answer(service)
    urgent_to(service, 180)
    assert [mail.recipient_id for mail in mails(service)].count(HEAD) == before + 1


def test_K2_once_it_is_read_only_the_answer_clock_runs(service: Service) -> None:
    hear(service, attention(**URGENT))
    world.acknowledge(service)
    assert only(service).escalate_at == NOON + timedelta(hours=1)
    urgent_to(service, 55)
    assert watchers(service) == {}
    urgent_to(service, 120)
    assert watchers(service) == {OMAR: 100}


def test_K2_a_step_takes_nothing_from_whoever_has_it(service: Service) -> None:
    hear(service, attention(**URGENT))
    urgent_to(service, 90)
    assert only(service).responsible_id == LISA


def test_K2_what_is_not_urgent_is_escalated_in_the_digest(service: Service) -> None:
    hear(service, attention())
    due(service, swedish("2026-11-24 13:00"))
    due(service, swedish("2026-11-24 16:00"))
    assert watchers(service) == {OMAR: 100}
    assert [mail.recipient_id for mail in mails(service)] == [LISA]
    due(service, swedish("2026-11-25 08:00"))
    assert {mail.recipient_id for mail in mails(service)} == {LISA, OMAR}


def test_B4_the_clock_stands_still_while_the_patient_is_asked(service: Service) -> None:
    hear(service, attention(**URGENT))
    with world.acting(service, LISA) as ctx:
        handling.ask_back(ctx, only(service).id, "Vilken dag passar?")
    assert only(service).escalate_at is None
    assert due(service, NOON + timedelta(hours=9)) == 0
    assert watchers(service) == {}
