"""K17: a registered death closes what is open and tells each named contact once; an error is taken back whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.db import Database
from shared.service import Service
from tests.services.notify.requests import world
from tests.services.notify.requests.world import (
    EMIL,
    EMILS_CONTRACT,
    LISA,
    OMAR,
    attention,
    away,
    due,
    hear,
    mails,
    rows,
    settled,
    swedish,
)
from tests.support.services import NOON, set_clock


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = settled(notify_db)
    hear(service, attention(), attention(kind="undeliverable"))
    hear(service, attention(patient_id=EMIL, contract_id=EMILS_CONTRACT))
    return service


def test_K17_open_and_answered_requests_of_the_dead_are_closed_with_the_reason_and_others_stay(
    service: Service,
) -> None:
    world.answer(service, request_id=next(row.id for row in rows(service) if row.patient_id == world.ESTHER))
    hear(service, world.dead())
    found = {(row.patient_id == EMIL, row.state, row.closed_reason, row.escalate_at is None) for row in rows(service)}
    assert found == {(False, "closed", "deceased", True), (True, "new", None, False)}


def test_K17_each_named_contact_is_told_once_however_often_the_death_is_told(service: Service) -> None:
    world.answer(service, request_id=next(row.id for row in rows(service) if row.patient_id == EMIL))
    hear(service, world.dead(), world.dead())
    due(service, swedish("2026-11-24 13:00"))
    due(service, swedish("2026-11-25 08:00"))
    hear(service, world.dead())
    due(service, swedish("2026-11-25 13:00"))
    digests = [mail for mail in mails(service) if mail.template == "work_digest"]
    assert [(mail.recipient_id, mail.params["waiting"]) for mail in digests] == [(LISA, 1)]


def test_K17_messages_about_urgent_requests_that_have_not_left_are_called_off(service: Service) -> None:
    hear(service, attention(kind="wants_to_come_in", priority="urgent"))
    hear(service, world.dead())
    assert [mail.state for mail in mails(service)] == ["cancelled"]


def test_K17_a_death_registered_in_error_is_taken_back_with_the_old_clocks(service: Service) -> None:
    before = {row.id: (row.state, row.answer_by, row.escalate_at, row.responsible_id) for row in rows(service)}
    hear(service, world.dead(), world.person(world.ESTHER))
    after = {row.id: (row.state, row.answer_by, row.escalate_at, row.responsible_id) for row in rows(service)}
    assert after == before
    due(service, swedish("2026-11-24 13:00"))
    assert [mail.params["waiting"] for mail in mails(service)] == [3]


def test_K17_what_comes_back_stands_with_whoever_is_responsible_then(service: Service) -> None:
    hear(service, world.dead(), away(LISA, NOON))
    set_clock(service, NOON + timedelta(hours=1))
    hear(service, world.person(world.ESTHER))
    assert {row.responsible_id for row in rows(service)} == {OMAR}


def test_any_other_change_to_a_person_leaves_requests_alone(service: Service) -> None:
    before = world.acts(service)
    hear(service, world.person(world.ESTHER, name="Esther Ekström"))
    assert world.acts(service) == before
