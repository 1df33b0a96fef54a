"""Every door of contract after something has changed: who was let in before and is not now, and as what somebody still is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from services.contract.agreement.ending import actions as ending
from services.contract.delegates.domain import SCOPES
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights.test_every_door import INSIDE
from tests.services.contract.rights.world import Role, World, furnished
from tests.support.databases import WorkerDatabases
from tests.support.rights.doors import NOBODY
from tests.support.rights.walk import wrongly_answered
from tests.support.services import make_service

HELPER = "a helper with every scope"


def died(agreed: Agreed) -> None:
    with agreed.acting(agreed.clinic.admin) as ctx:
        people.register_death(ctx, agreed.karin, ctx.now.date())


def works_no_more(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        people.set_roles(ctx, agreed.clinic.anita, [])


def ended(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        ending.end(ctx, agreed.contract, Side.PATIENT, "")


def after_death(world: World) -> dict[str, Role]:
    helper = world.roles[HELPER].person
    return {"the patient": Role(world.agreed.karin, gone=True), HELPER: Role(helper, NOBODY, frozenset({"delegate"}))}


def after_work(world: World) -> dict[str, Role]:
    return {"the contact": Role(world.agreed.clinic.anita)}


def after_end(world: World) -> dict[str, Role]:
    before = frozenset({"contact_before", "staff"})
    return {"the contact": Role(world.agreed.clinic.anita, before, frozenset({"staff"}), is_a="contact")}


TEAM = "/contract/fhir/CareTeam/"
"""There is no team any more once its agreement has ended: nobody finds it, whom the table lets in neither."""


def reads(agreed: Agreed, person: UUID) -> bool:
    return bool(agreed.browser(person).get(f"/contract/agreement/{agreed.contract}").status_code == 200)


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("change", "after"),
    [(died, after_death), (works_no_more, after_work), (ended, after_end)],
    ids=["the patient died", "the contact works no more", "the agreement ended"],
)
def test_P35_each_change_counts_at_every_door_from_the_next_request_on(
    worker_databases: WorkerDatabases, change: Callable[[Agreed], None], after: Callable[[World], dict[str, Role]]
) -> None:
    inside = (*INSIDE, TEAM) if change is ended else INSIDE
    world = furnished(open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract")))))
    change(world.agreed)
    assert {name: wrongly_answered(world, role, inside) for name, role in after(world).items()} == {
        name: {} for name in after(world)
    }


def test_K17_whoever_helped_reads_nothing_of_the_dead_and_everything_again_when_it_was_an_error(agreed: Agreed) -> None:
    eva = agreed.helper(*SCOPES)
    assert reads(agreed, eva)
    died(agreed)
    assert (reads(agreed, eva), reads(agreed, agreed.clinic.anita)) == (False, True)
    with agreed.acting(agreed.clinic.admin) as ctx:
        people.withdraw_death(ctx, agreed.karin)
    assert reads(agreed, eva)
