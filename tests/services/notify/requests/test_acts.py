"""What staff and patients do with a request: one clear result, whoever comes second."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notify.requests.asking import actions as asking
from services.notify.requests.domain import Priority
from services.notify.requests.handling import actions as handling
from services.notify.requests.mine import actions as mine
from shared.db import Database
from shared.errors import NotFound, Refused
from shared.service import Service
from tests.services.notify.requests import world
from tests.services.notify.requests.world import (
    CONTRACT,
    DAUGHTER,
    EMIL,
    EMILS_CONTRACT,
    ESTHER,
    HEAD,
    LISA,
    OMAR,
    OTHER_NURSE,
    WARD,
    acting,
    attention,
    away,
    hear,
    mails,
    only,
    rows,
    settled,
    swedish,
)
from tests.support.services import NOON, set_clock, told

ANSWERED = "se.samkontrakt.notify.request.answered.v1"


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = settled(notify_db)
    hear(service, attention())
    return service


def both(service: Service, *acts: Any) -> list[object]:
    """Let everybody act at the same moment. Returns what each got: a result, or what refused them."""
    start, results = threading.Barrier(len(acts)), []

    def go(person: UUID, act: Any) -> None:
        start.wait()
        try:
            with acting(service, person) as ctx:
                result = act(ctx)
            results.append(result)
        except Refused as refused:
            results.append(str(refused.text))

    threads = [threading.Thread(target=go, args=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_B4_two_nurses_acknowledge_at_once_one_name_stands(service: Service) -> None:
    request_id = only(service).id
    results = both(
        service,
        (LISA, lambda ctx: handling.acknowledge(ctx, request_id)),
        (OMAR, lambda ctx: handling.acknowledge(ctx, request_id)),
    )
    assert sorted(map(str, results)) == ["False", "True"]
    assert only(service).acknowledged_by in (LISA, OMAR)
    assert world.acts(service) == ["opened", "acknowledged"]


def test_B4_two_nurses_answer_at_once_the_second_is_told_who_did(service: Service) -> None:
    request_id = only(service).id
    results = both(
        service,
        (LISA, lambda ctx: handling.answer(ctx, request_id, "Kom på torsdag.")),
        (OMAR, lambda ctx: handling.answer(ctx, request_id, "Kom på fredag.")),
    )
    (words,) = world.messages(service)
    first = "Lisa Lind" if words.author_id == LISA else "Omar Nilsson"
    assert len([result for result in results if result is None]) == 1
    assert any(f"{first} has answered already, at 12:00" in str(result) for result in results)
    assert told(service) == [ANSWERED]


def test_B4_an_answer_is_told_to_contract_and_to_the_patient(service: Service) -> None:
    world.answer(service)
    row = only(service)
    assert (row.state, row.answered_by, row.acknowledged_by) == ("answered", LISA, LISA)
    assert (row.escalate_at, row.unread_at) == (None, None)
    assert told(service) == [ANSWERED]
    assert [(mail.recipient_id, mail.template) for mail in mails(service)] == [(ESTHER, "new_answer")]


def test_B4_a_call_that_reached_somebody_is_an_answer_and_one_that_did_not_is_none(service: Service) -> None:
    request_id = only(service).id
    with acting(service, LISA) as ctx:
        handling.note_call(ctx, request_id, "Ringer igen i eftermiddag.", reached=False)
    assert (only(service).state, only(service).answered_at, told(service)) == ("in_progress", None, [])
    assert only(service).escalate_at is not None
    with acting(service, LISA) as ctx:
        handling.note_call(ctx, request_id, "Vi flyttar till torsdag.", reached=True)
    assert (only(service).state, told(service)) == ("answered", [ANSWERED])


def test_B4_the_clock_stands_still_for_the_patient_and_goes_on_when_they_write(service: Service) -> None:
    before, request_id = only(service), only(service).id
    with acting(service, LISA) as ctx:
        handling.ask_back(ctx, request_id, "Vilken dag passar?")
    set_clock(service, NOON + timedelta(days=1))
    with acting(service, ESTHER) as ctx:
        mine.write(ctx, request_id, "Fredag.")
    after = only(service)
    assert (after.state, after.waiting_since, after.unread_at) == ("in_progress", None, NOON + timedelta(days=1))
    assert after.clock_from == before.clock_from + timedelta(days=1)
    assert after.answer_by == swedish("2026-11-27 07:30")  # 17.00 a day later: the unit has closed and opens next


def test_B4_a_request_is_handed_over_to_somebody_who_is_there(service: Service) -> None:
    before, request_id = only(service), only(service).id
    with acting(service, LISA) as ctx:
        handling.hand_over(ctx, request_id, OTHER_NURSE, "Du känner till hennes access.")
    row = only(service)
    assert (row.responsible_id, row.responsible_kind, row.state) == (OTHER_NURSE, "handed_over", "handed_over")
    assert (row.answer_by, row.acknowledged_by, row.unread_at) == (before.answer_by, LISA, NOON)
    hear(service, world.cover(), away(OTHER_NURSE, NOON))
    assert only(service).responsible_id == LISA


@pytest.mark.parametrize("to", [ESTHER, WARD, world.ADMIN, uuid4()])
def test_B4_nothing_is_handed_to_whoever_does_not_work_with_patients_there(service: Service, to: UUID) -> None:
    with pytest.raises(Refused), acting(service, LISA) as ctx:
        handling.hand_over(ctx, only(service).id, to, "Ta den här.")
    assert only(service).responsible_id == LISA


def test_B4_nothing_is_handed_to_somebody_who_is_away(service: Service) -> None:
    hear(service, away(OTHER_NURSE, NOON))
    with pytest.raises(Refused), acting(service, LISA) as ctx:
        handling.hand_over(ctx, only(service).id, OTHER_NURSE, "Ta den här.")


def test_K2_no_answer_opens_it_again_for_the_deputy_with_the_old_clock(service: Service) -> None:
    before = only(service)
    request_id = world.answer(service)
    set_clock(service, NOON + timedelta(days=3))
    with acting(service, ESTHER) as ctx:
        mine.reopen(ctx, request_id)
    row = only(service)
    assert (row.state, row.responsible_id, row.reopened_at) == ("new", OMAR, NOON + timedelta(days=3))
    assert (row.opened_at, row.answer_by, row.acknowledge_by) == (
        before.opened_at,
        before.answer_by,
        before.acknowledge_by,
    )
    assert (row.answered_at, row.acknowledged_at) == (None, None)
    world.due(service, NOON + timedelta(days=3))
    assert world.watchers(service).get(HEAD) is not None


def test_K2_after_fourteen_days_a_new_question_is_asked_instead(service: Service) -> None:
    request_id = world.answer(service)
    set_clock(service, NOON + timedelta(days=14, minutes=1))
    with pytest.raises(Refused), acting(service, ESTHER) as ctx:
        mine.reopen(ctx, request_id)


def test_K2_yes_closes_it_twice_is_harmless_and_no_can_still_be_said(service: Service) -> None:
    request_id = world.answer(service)
    for _ in range(2):
        with acting(service, ESTHER) as ctx:
            mine.confirm(ctx, request_id)
    assert (only(service).state, only(service).closed_reason) == ("closed", "confirmed")
    with acting(service, ESTHER) as ctx:
        mine.reopen(ctx, request_id)
    assert (only(service).state, only(service).closed_at) == ("new", None)


def test_B4_a_request_can_be_taken_back_before_it_is_answered_only(service: Service) -> None:
    request_id = only(service).id
    with acting(service, ESTHER) as ctx:
        mine.withdraw(ctx, request_id)
    assert (only(service).state, only(service).closed_reason, only(service).escalate_at) == (
        "closed",
        "withdrawn",
        None,
    )
    with pytest.raises(Refused), acting(service, ESTHER) as ctx:
        mine.withdraw(ctx, request_id)
    with pytest.raises(Refused), acting(service, LISA) as ctx:
        handling.answer(ctx, request_id, "För sent.")


def ask(service: Service, by: UUID = ESTHER, **changes: Any) -> UUID:
    values: dict[str, Any] = {"patient_id": ESTHER, "contract_id": None, "once": uuid4()} | changes
    with acting(service, by) as ctx:
        return asking.ask(
            ctx,
            values["patient_id"],
            values["contract_id"],
            Priority(values.get("priority", "routine")),
            "Får jag äta lakrits?",
            once=values["once"],
        )


def test_K5_a_question_stands_with_the_named_contact_and_keeps_its_words(service: Service) -> None:
    request_id = ask(service)
    row = next(row for row in rows(service) if row.id == request_id)
    assert (row.responsible_id, row.contract_id, row.asked_by, row.priority) == (LISA, CONTRACT, ESTHER, "routine")
    assert [(m.kind, m.text) for m in world.messages(service)] == [("asked", "Får jag äta lakrits?")]


def test_K5_the_same_form_sent_twice_asks_once(service: Service) -> None:
    once = uuid4()
    assert ask(service, once=once) == ask(service, once=once)
    assert len(rows(service)) == 2
    assert len(world.messages(service)) == 1


def test_K5_another_persons_form_mark_is_another_question(service: Service) -> None:
    once = uuid4()
    assert ask(service, once=once) != ask(service, by=EMIL, patient_id=EMIL, once=once)


def test_K5_two_questions_are_two_requests(service: Service) -> None:
    ask(service)
    ask(service)
    assert len(rows(service)) == 3


def test_K5_nobody_asks_through_another_patients_contract(service: Service) -> None:
    with pytest.raises(Refused):
        ask(service, contract_id=EMILS_CONTRACT)


def test_K5_nobody_is_asked_through_a_contract_that_has_ended(service: Service) -> None:
    hear(service, world.cover(ends=NOON - timedelta(days=1)))
    with pytest.raises(Refused):
        ask(service)


def test_B8_an_answer_is_told_to_a_delegate_who_still_may_ask(service: Service) -> None:
    hear(service, world.delegate("message_contact"))
    request_id = ask(service, by=DAUGHTER)
    world.answer(service, request_id=request_id)
    assert {mail.recipient_id for mail in mails(service)} == {ESTHER, DAUGHTER}


def test_B8_an_answer_is_not_told_to_a_delegate_who_may_no_longer(service: Service) -> None:
    hear(service, world.delegate("message_contact"))
    request_id = ask(service, by=DAUGHTER)
    hear(service, world.delegate("message_contact", state="ended"))
    world.answer(service, request_id=request_id)
    assert {mail.recipient_id for mail in mails(service)} == {ESTHER}


def test_an_act_on_a_request_that_is_not_there_finds_nothing(service: Service) -> None:
    with pytest.raises(NotFound), acting(service, LISA) as ctx:
        handling.answer(ctx, uuid4(), "Hej.")
