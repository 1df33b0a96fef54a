"""The services that only hear of a planned change answer with the old contact until its instant and with the new one from it,
without another word from contract (B4)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from services.contract.agreement import store as agreements
from services.contract.agreement.attention.actions import ask_for_attention
from services.notify.requests.cover import actions as moving
from services.notify.requests.tables import ContactRequest
from shared.cover import who_answers
from shared.db import Database
from shared.service import Service
from shared.time import calendar_of
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.named_contact.test_planning import DAY, MIDNIGHT, SECOND, call_off, move, plan
from tests.support.services import NOON, make_service, pump, set_clock


@pytest.fixture
def services(databases: dict[str, Database]) -> dict[str, Service]:
    return {name: make_service(name, database) for name, database in databases.items()}


@pytest.fixture
def agreed(services: dict[str, Service]) -> Agreed:
    return open_agreed(open_clinic(services["contract"]))


def answers(services: dict[str, Service], agreed: Agreed, days: int) -> set[tuple[str, UUID | None]]:
    """Who answers at noon, so many days from now, as each service works it out from what it has heard."""
    found: set[tuple[str, UUID | None]] = set()
    for service in services.values():
        with service.act() as ctx:
            (facts,) = service.directory.covers_of(ctx.session, [agreed.contract]).values()
            assert calendar_of(facts.unit).is_open(NOON + days * DAY)
            answer = who_answers(facts, NOON + days * DAY)
            found.add((answer.kind, answer.person_id))
    return found


def asked(services: dict[str, Service]) -> ContactRequest:
    with services["notify"].act() as ctx:
        return ctx.session.query(ContactRequest).one()


def test_B4_point_5_every_service_answers_with_the_old_contact_until_the_instant_and_the_new_from_it(
    services: dict[str, Service], agreed: Agreed
) -> None:
    anita, lisa = {("named_contact", agreed.clinic.anita)}, {("named_contact", agreed.clinic.lisa)}
    plan(agreed)
    pump(services)
    assert [answers(services, agreed, days) for days in (0, 10, 13, 21)] == [anita, anita, lisa, lisa]
    move(agreed, (MIDNIGHT + 3 * DAY + DAY / 2).date())
    pump(services)
    assert [answers(services, agreed, days) for days in (13, 16)] == [anita, lisa]
    call_off(agreed)
    pump(services)
    assert answers(services, agreed, 21) == anita


def test_B4_point_5_an_open_question_moves_to_the_new_contact_at_the_instant_with_its_clock(
    services: dict[str, Service], agreed: Agreed
) -> None:
    plan(agreed)
    with agreed.acting(agreed.karin) as ctx:
        contract = agreements.contract(ctx.session, agreed.contract)
        assert contract is not None
        ask_for_attention(ctx, contract, "review_time")
    pump(services)
    before, notify = asked(services), services["notify"]
    assert (before.responsible_id, before.responsible_until) == (agreed.clinic.anita, MIDNIGHT)
    for at, who in ((MIDNIGHT - SECOND, agreed.clinic.anita), (MIDNIGHT, agreed.clinic.lisa)):
        set_clock(notify, at)
        with notify.act() as ctx:
            assert (moving.waiting(ctx.session, ctx.now) is None) is (who == agreed.clinic.anita)
        moving.run(notify)
        assert asked(services).responsible_id == who
    after = asked(services)
    assert (after.answer_by, after.clock_from) == (before.answer_by, before.clock_from)
    assert after.responsible_until is None or after.responsible_until > MIDNIGHT + timedelta(days=1)
