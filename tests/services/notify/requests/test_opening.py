"""A need becomes one request, or joins the one that is open."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.db import Database
from shared.events import ContractAttentionSettled
from tests.services.notify.requests import world
from tests.services.notify.requests.world import (
    CONTRACT,
    EMIL,
    ESTHER,
    HEAD,
    LISA,
    OTHER_UNIT,
    UNIT,
    attention,
    due,
    from_contract,
    hear,
    only,
    rows,
    settled,
    swedish,
)
from tests.support.services import NOON, make_service


def test_K4_a_need_opens_a_request_with_its_cause_and_its_promise(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention())
    row = only(service)
    assert (row.patient_id, row.responsible_id, row.state, row.rule_made) == (ESTHER, LISA, "new", True)
    assert row.acknowledge_by == NOON + timedelta(hours=4)
    assert row.answer_by == swedish("2026-11-25 17:00")
    assert [cause.reason_key for cause in world.causes(service)] == ["reminder.cannot_come"]


def test_K4_a_later_cause_of_the_same_kind_joins_and_the_old_clock_stands(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention())
    before = only(service)
    hear(service, attention(NOON + timedelta(hours=1), reason_key="reminder.changed_to_yes"))
    after = only(service)
    assert (after.acknowledge_by, after.answer_by) == (before.acknowledge_by, before.answer_by)
    assert [cause.reason_key for cause in world.causes(service)] == ["reminder.cannot_come", "reminder.changed_to_yes"]


def test_K4_the_same_fact_told_again_changes_nothing_even_after_the_answer(notify_db: Database) -> None:
    service = settled(notify_db)
    fact = attention()
    hear(service, fact, fact)
    assert (len(rows(service)), len(world.causes(service))) == (1, 1)
    world.answer(service)
    hear(service, fact)
    assert [row.state for row in rows(service)] == ["answered"]


def test_K4_after_the_answer_a_new_cause_opens_a_new_request(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention())
    world.answer(service)
    hear(service, attention())
    assert sorted(row.state for row in rows(service)) == ["answered", "new"]


def test_K4_another_kind_another_patient_and_another_service_are_requests_of_their_own(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention(), attention(kind="undeliverable"), from_contract())
    hear(service, attention(patient_id=EMIL, contract_id=world.EMILS_CONTRACT))
    assert len(rows(service)) == 4


def test_K4_needs_told_at_the_same_time_by_two_processes_become_one_request(notify_db: Database) -> None:
    service = settled(notify_db)
    start = threading.Barrier(6)

    def tell() -> None:
        start.wait()
        hear(service, attention(subject=f"reminder:{uuid4()}"))

    threads = [threading.Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(service)) == 1
    assert len(world.causes(service)) == 6


def test_K4_a_more_pressing_cause_must_be_read_again_and_makes_nothing_later(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention(priority="routine"))
    world.acknowledge(service)
    hear(service, attention(priority="urgent"))
    row = only(service)
    assert (row.priority, row.state, row.acknowledged_at) == ("urgent", "new", None)
    assert row.answer_by == NOON + timedelta(hours=2)


def test_K1_urgent_at_night_opens_as_soon(notify_db: Database) -> None:
    night = swedish("2026-11-27 23:00")
    service = settled(notify_db, night)
    hear(service, attention(night, priority="urgent"))
    row = only(service)
    assert (row.asked_priority, row.priority) == ("urgent", "soon")
    assert world.mails(service) == []
    assert row.tell_at == swedish("2026-11-30 08:00")


def test_K17_nothing_is_opened_for_the_dead(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, world.dead(), attention())
    assert rows(service) == []


def test_a_need_without_a_contract_finds_the_patients_only_one_at_the_unit(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention(contract_id=None))
    assert (only(service).contract_id, only(service).responsible_id) == (CONTRACT, LISA)


def test_K8_a_need_at_another_unit_goes_to_that_unit_and_not_to_the_contracts_people(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, world.unit(OTHER_UNIT, duty_line=world.DUTY_LINE, head_id=None))
    hear(service, attention(unit_id=OTHER_UNIT, priority="urgent", kind="wants_to_come_in"))
    row = only(service)
    assert (row.unit_id, row.responsible_id, row.responsible_kind) == (OTHER_UNIT, None, "duty_line")
    assert {mail.recipient_id for mail in world.mails(service)} == {world.WARD}


def test_K8_the_duty_line_of_a_unit_that_is_asked_comes_before_its_head(notify_db: Database) -> None:
    """Whoever is on duty can see and answer it; of the contract's own unit it is still the contact's."""
    service = settled(notify_db)
    hear(service, world.unit(OTHER_UNIT, duty_line=world.DUTY_LINE, head_id=HEAD), world.with_duty_line())
    hear(service, attention(unit_id=OTHER_UNIT, priority="urgent", kind="wants_to_come_in"))
    row = only(service)
    assert (row.responsible_id, row.responsible_kind) == (None, "duty_line")
    hear(service, attention())
    assert {row.unit_id: row.responsible_id for row in rows(service)} == {OTHER_UNIT: None, world.UNIT: LISA}


def test_a_patient_without_any_contract_reaches_the_head_of_the_unit(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention(patient_id=world.DAUGHTER, contract_id=None))
    assert only(service).responsible_id == HEAD


def test_a_need_that_comes_before_its_unit_is_known_is_left_for_later(notify_db: Database) -> None:
    service = make_service("notify", notify_db)
    with pytest.raises(LookupError):
        hear(service, attention())
    assert rows(service) == []


def test_a_contract_told_of_later_takes_its_request_over(notify_db: Database) -> None:
    service = settled(notify_db)
    contract = uuid4()
    hear(service, attention(contract_id=contract))
    assert only(service).responsible_id == HEAD
    hear(service, world.cover(contract))
    assert only(service).responsible_id == LISA


def test_a_need_heard_late_keeps_the_clock_from_when_it_arose(notify_db: Database) -> None:
    service = settled(notify_db)
    hear(service, attention(NOON - timedelta(hours=3), priority="urgent"))
    assert only(service).answer_by == NOON - timedelta(hours=1)
    assert due(service, NOON) == 1
    assert only(service).unit_id == UNIT


def test_K4_what_has_been_seen_to_closes_its_request_and_its_clock_but_not_what_else_was_asked(
    notify_db: Database,
) -> None:
    service = settled(notify_db)
    seen_to = ContractAttentionSettled(
        patient_id=ESTHER, kind="next_contact", subject="next_contact:1", by=LISA, at=NOON - timedelta(hours=2)
    )
    asked: dict[str, Any] = {"kind": "next_contact", "reason_key": "next_contact.time_suggested"}
    hear(service, from_contract(NOON - timedelta(hours=3), subject="next_contact:1", **asked), seen_to, seen_to)
    row = only(service)
    assert (row.state, row.closed_reason, row.escalate_at, row.unread_at) == ("closed", "settled", None, None)
    hear(service, from_contract(NOON - timedelta(hours=1), subject="next_contact:1", **asked), seen_to)
    assert [one.state for one in rows(service)] == ["closed", "new"], "it was asked after that"
    hear(service, from_contract(subject="next_contact:2", **asked), replace(seen_to, at=NOON))
    assert [one.state for one in rows(service)] == ["closed", "new"], "another one waits in it too"
