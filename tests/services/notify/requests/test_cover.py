"""Whoever is responsible changes; what was promised does not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from shared.db import Database
from shared.events import AbsencesChanged, Event, StaffRole, StaffRolesChanged
from shared.service import Service
from tests.services.notify.requests import world
from tests.services.notify.requests.world import (
    EMIL,
    EMILS_CONTRACT,
    HEAD,
    LISA,
    OMAR,
    OTHER_NURSE,
    UNIT,
    attention,
    away,
    due,
    hear,
    only,
    rows,
    settled,
)
from tests.support.services import NOON

CLOCKS = ("opened_at", "clock_from", "acknowledge_by", "answer_by", "escalate_at", "acknowledge_level", "answer_level")


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = settled(notify_db)
    hear(service, attention())
    return service


def responsible(service: Service) -> tuple[UUID | None, str]:
    row = only(service)
    return row.responsible_id, row.responsible_kind


def test_H4_absence_starts_mid_clock_the_deputy_has_it_with_the_same_deadlines(service: Service) -> None:
    before = only(service)
    hear(service, away(LISA, NOON))
    assert responsible(service) == (OMAR, "deputy")
    assert [getattr(only(service), clock) for clock in CLOCKS] == [getattr(before, clock) for clock in CLOCKS]


def test_H4_an_absence_set_for_later_moves_it_when_it_begins_and_back_when_it_ends(service: Service) -> None:
    begins, ends = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    hear(service, away(LISA, begins, ends))
    assert (responsible(service), only(service).responsible_until) == ((LISA, "named_contact"), begins)
    due(service, begins)
    assert (responsible(service), only(service).responsible_until) == ((OMAR, "deputy"), ends)
    due(service, ends)
    assert responsible(service) == (LISA, "named_contact")


def test_K2_a_read_request_that_moves_is_unread_to_the_one_who_gets_it(service: Service) -> None:
    world.acknowledge(service)
    assert only(service).unread_at is None
    hear(service, away(LISA, NOON))
    assert (only(service).unread_at, only(service).state) == (NOON, "acknowledged")


@pytest.mark.parametrize(
    ("event", "moved_to"),
    [
        (world.cover(person_id=OTHER_NURSE), OTHER_NURSE),
        (StaffRolesChanged(person_id=LISA, roles=()), OMAR),
        (StaffRolesChanged(person_id=LISA, roles=(StaffRole(unit_id=UNIT, role="admin"),)), OMAR),
        (world.person(LISA, deceased=NOON.date()), OMAR),
        (world.cover(person_id=LISA, ends=NOON - timedelta(days=1)), HEAD),
    ],
)
def test_B4_point_3_every_change_of_cover_moves_open_requests(service: Service, event: Event, moved_to: UUID) -> None:
    hear(service, event)
    assert responsible(service)[0] == moved_to


def test_H3_both_away_and_the_head_too_it_is_the_whole_units(service: Service) -> None:
    hear(service, world.with_duty_line(), away(LISA, NOON), away(OMAR, NOON), away(HEAD, NOON))
    assert responsible(service) == (None, "duty_line")


def test_B4_nothing_stands_with_a_head_who_no_longer_works_there(service: Service) -> None:
    hear(service, world.with_duty_line(), world.cover(person_id=LISA, ends=NOON - timedelta(days=1)))
    hear(service, StaffRolesChanged(person_id=HEAD, roles=()))
    assert responsible(service) == (None, "duty_line")


def test_H3_the_heads_return_takes_what_was_nobodys(service: Service) -> None:
    hear(service, world.with_duty_line(), away(LISA, NOON), away(OMAR, NOON), away(HEAD, NOON))
    hear(service, AbsencesChanged(person_id=HEAD, absences=()))
    assert responsible(service) == (HEAD, "head")


def test_B4_a_new_head_of_unit_gets_what_stood_with_the_old_one(service: Service) -> None:
    hear(service, world.cover(person_id=LISA, ends=NOON - timedelta(days=1)))
    hear(service, world.unit(head_id=OTHER_NURSE))
    assert responsible(service) == (OTHER_NURSE, "head")


def test_B4_others_requests_and_answered_ones_stay(service: Service) -> None:
    world.answer(service)
    hear(service, attention(patient_id=EMIL, contract_id=EMILS_CONTRACT))
    hear(service, world.cover(person_id=OTHER_NURSE))
    assert [row.responsible_id for row in rows(service)] == [LISA, LISA]


def test_B4_the_same_facts_again_move_nothing(service: Service) -> None:
    hear(service, world.cover(), world.unit())
    assert world.acts(service) == ["opened"]
