"""The whole way of a booking: told by selfcare, met by the plan in contract, asked of the named contact in notify."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

import pytest
import sqlalchemy as sa

from services.contract.plan.domain import State
from services.notify.requests.tables import ContactRequest
from services.selfcare.admission.actions import cancel_stay, plan_stay
from services.selfcare.admission.store import newest_stay
from services.selfcare.dialysis.actions import set_pattern
from shared.context import Ctx
from shared.db import Database
from shared.service import Service
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.plan.test_writing import DAY, adds, row_of, rules
from tests.support.services import make_service, pump, waiting_for

ZONE = "Europe/Stockholm"


class World:
    """The three services, and a plan with a visit at nine on a Tuesday."""

    def __init__(self, databases: dict[str, Database]) -> None:
        self.services: dict[str, Service] = {name: make_service(name, one) for name, one in databases.items()}
        self.agreed: Agreed = open_agreed(open_clinic(self.services["contract"]))
        self.visit = adds(self.agreed, on_date=DAY, clock=time(9))
        pump(self.services)

    def does(self, verb: Callable[[Ctx, Agreed], object]) -> None:
        with self.services["selfcare"].act() as ctx:
            verb(ctx, self.agreed)
        pump(self.services)
        assert [waiting_for(service) for service in self.services.values()] == [[], [], []]

    def asked(self) -> list[tuple[str, str | None, bool]]:
        """Each request about the plan: its state, why it was closed, whether the named contact has it."""
        query = sa.select(ContactRequest).where(ContactRequest.kind == "plan").order_by(ContactRequest.opened_at)
        anita = self.agreed.clinic.anita
        with self.services["notify"].act() as ctx:
            return [(row.state, row.closed_reason, row.responsible_id == anita) for row in ctx.session.scalars(query)]


@pytest.fixture
def world(databases: dict[str, Database]) -> World:
    return World(databases)


def dialyses(days: str) -> Callable[[Ctx, Agreed], object]:
    start = datetime.fromisoformat("2026-11-23 08:00")
    return lambda ctx, agreed: set_pattern(
        ctx,
        patient_id=agreed.karin,
        contract_id=agreed.contract,
        unit_id=agreed.clinic.unit,
        rule=f"FREQ=WEEKLY;BYDAY={days}",
        start_local=start,
        zone=ZONE,
        minutes=240,
    )


def stays(ctx: Ctx, agreed: Agreed) -> None:
    comes = datetime.fromisoformat("2026-11-30 18:00")
    where = {"contract_id": agreed.contract, "unit_id": agreed.clinic.other_unit}
    plan_stay(ctx, patient_id=agreed.karin, starts_local=comes, nights=3, zone=ZONE, **where)


def stays_away(ctx: Ctx, agreed: Agreed) -> None:
    stay = newest_stay(ctx.session, agreed.karin)
    assert stay is not None
    cancel_stay(ctx, stay)


@pytest.mark.parametrize(
    ("there", "away"), [(dialyses("MO,TU"), dialyses("MO,WE,FR")), (stays, stays_away)], ids=["sessions", "stay"]
)
def test_B3_rule_2_across_the_services_a_visit_inside_it_is_asked_of_the_contact_until_it_is_away(
    world: World, there: Callable[[Ctx, Agreed], object], away: Callable[[Ctx, Agreed], object]
) -> None:
    assert world.asked() == []
    for _ in range(2):
        world.does(there)
        assert (rules(world.agreed), world.asked()) == (["unavailable"], [("new", None, True)])
    world.does(away)
    assert (rules(world.agreed), world.asked()) == ([], [("closed", "settled", True)])
    row = row_of(world.agreed, world.visit)
    assert (row.on_date, row.clock, row.state) == (DAY, time(9), State.AGREED), "nothing was changed for anybody"


def test_B3_rule_2_what_lies_beside_the_sessions_is_asked_of_nobody(world: World) -> None:
    world.does(dialyses("MO,WE,FR"))
    assert (rules(world.agreed), world.asked()) == ([], [])
