"""A patient blocks a unit: what is asked of its people goes to whoever may answer, and nobody there sees it (B10, K)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notify.requests.blocking.domain import instead
from services.notify.requests.handling import actions as handling
from services.notify.requests.tables import RequestWatch
from services.notify.requests.telling.store import add_notice
from shared.cover import CoverFacts
from shared.events import BlockChanged, CoverChanged, StaffRole, StaffRolesChanged
from shared.service import Service
from tests.services.notify.requests import world
from tests.services.notify.requests.visitor import Visit
from tests.services.notify.requests.world import (
    CONTRACT,
    ESTHER,
    LISA,
    OMAR,
    OTHER_UNIT,
    UNIT,
    WARD,
    acting,
    attention,
    away,
    cover,
    hear,
    mails,
    only,
    rows,
)
from tests.support.services import NOON

ELSEWHERE = UUID(int=203)


def blocked(unit_id: UUID = OTHER_UNIT, *, lifted: bool = False) -> BlockChanged:
    ends = NOON + timedelta(hours=1) if lifted else None
    return BlockChanged(block_id=UUID(int=501), patient_id=ESTHER, unit_id=unit_id, starts=NOON, ends=ends)


def works_at(person: UUID, *units: UUID) -> StaffRolesChanged:
    return StaffRolesChanged(person_id=person, roles=tuple(StaffRole(unit_id=unit, role="nurse") for unit in units))


def at_the_ward() -> CoverChanged:
    """Esther has an agreement at the ward too, where Vera is her contact."""
    known = cover(ELSEWHERE, person_id=WARD, deputy_id=None)
    return replace(known, unit_id=OTHER_UNIT)


def test_K_who_names_somebody_is_asked_before_who_names_nobody() -> None:
    def of(unit: UUID, number: int, *, names: bool) -> CoverFacts:
        appointed = cover().appointments if names else ()
        where = world.unit(unit)
        return CoverFacts(
            contract_id=UUID(int=number), patient_id=ESTHER, unit=where, appointments=appointed, absences={}
        )

    empty, full, shut = of(UNIT, 1, names=False), of(UNIT, 2, names=True), of(OTHER_UNIT, 3, names=True)
    assert instead([empty, full, shut], {OTHER_UNIT}) == full
    assert instead([empty, shut], {OTHER_UNIT}) == empty
    assert instead([shut], {OTHER_UNIT}) is None


def test_B10_what_stands_at_somebody_who_is_kept_out_moves_to_who_answers_and_back_when_it_is_lifted(
    service: Service, visit: Visit
) -> None:
    hear(service, away(LISA, NOON, deputy=WARD))
    assert only(service).responsible_id == WARD
    assert "Esther" in visit(WARD).reads("/notify/worklist")
    hear(service, blocked())
    assert only(service).responsible_id == OMAR
    assert "Esther" not in visit(WARD).reads("/notify/worklist")
    assert visit(WARD).get(f"/notify/requests/{only(service).id}").status_code == 404
    hear(service, blocked(lifted=True))
    assert only(service).responsible_id == WARD
    (told,) = [mail for mail in mails(service) if mail.template == "block_lifted"]
    assert told.recipient_id == ESTHER


def test_B10_what_was_handed_over_goes_back(service: Service) -> None:
    with acting(service, LISA) as ctx:
        handling.hand_over(ctx, only(service).id, OMAR, "She knows you.")
    hear(service, works_at(OMAR, OTHER_UNIT))
    assert only(service).responsible_id == OMAR
    hear(service, blocked())
    assert only(service).responsible_id == LISA


def test_B10_who_works_at_another_unit_too_keeps_it(service: Service, visit: Visit) -> None:
    hear(service, away(LISA, NOON, deputy=WARD), works_at(WARD, OTHER_UNIT, UNIT), blocked())
    assert only(service).responsible_id == WARD
    assert visit(WARD).get(f"/notify/requests/{only(service).id}").status_code == 200


def test_B10_no_row_of_a_list_and_no_notice_tells_of_the_patient(service: Service, visit: Visit) -> None:
    with service.act() as ctx:
        ctx.session.add(RequestWatch(request_id=only(service).id, person_id=WARD, level=1, since=NOON, untold=True))
        kept: dict[str, Any] = {
            "patient_id": ESTHER,
            "unit_id": UNIT,
            "reason_key": "deceased",
            "at": NOON,
            "tell_at": NOON,
        }
        add_notice(ctx.session, person_id=WARD, **kept)
    assert visit(WARD).reads("/notify/worklist").count("Esther") == 2
    hear(service, blocked())
    shown = visit(WARD).reads("/notify/worklist")
    assert "Esther" not in shown
    with service.act() as ctx:
        assert ctx.session.get(RequestWatch, (only(service).id, WARD)) is None


@pytest.mark.parametrize("elsewhere", [True, False])
def test_K_what_was_asked_of_the_unit_itself_goes_where_the_patient_has_somebody_or_is_taken_back(
    service: Service, visit: Visit, elsewhere: bool
) -> None:
    if elsewhere:
        hear(service, at_the_ward())
    hear(service, blocked(UNIT))
    row = only(service)
    if elsewhere:
        assert (row.unit_id, row.contract_id, row.responsible_id) == (OTHER_UNIT, ELSEWHERE, WARD)
    else:
        assert (row.state, row.closed_reason, row.contract_id) == ("closed", "withdrawn", CONTRACT)
    assert visit(LISA).get(f"/notify/requests/{row.id}").status_code == 404


@pytest.mark.parametrize("elsewhere", [True, False])
def test_K_what_is_found_later_is_put_before_who_may_see_it(service: Service, elsewhere: bool) -> None:
    if elsewhere:
        hear(service, at_the_ward())
    hear(service, blocked(UNIT), attention(kind="unanswered", reason_key="reminder.unanswered"))
    found = [row for row in rows(service) if row.kind == "unanswered"]
    assert [(row.unit_id, row.responsible_id) for row in found] == ([(OTHER_UNIT, WARD)] if elsewhere else [])
