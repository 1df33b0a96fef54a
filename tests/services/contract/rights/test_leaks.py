"""Words that only some may see, looked for in every page and operation as everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from services.contract.agreement import actions as agreements
from services.contract.agreement.content.domain import Part, mark
from services.contract.next_contact.domain import Side
from services.contract.people.tables import Person
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights.world import World, furnished
from tests.services.contract.sensitive.ward import ACTIVITY, NAME, PROMISE, psychiatry
from tests.support.databases import WorkerDatabases
from tests.support.rights.walk import meets
from tests.support.services import make_service

PATIENT = {"the patient"}
CARE = {"the contact", "the deputy"}
EMERGENCY = {"who opened the pages in an emergency"}
EVERYTHING = {"a helper with every scope", "a helper, once it has begun", "a helper, before it was over"}
HELPERS = EVERYTHING | {"a helper who may see_contract"}
CANARIES = {
    "canary-mail@protected.example": PATIENT,
    "+46701740699": PATIENT,
    "canary kept from helpers": PATIENT | CARE | EMERGENCY,
    "canary of another unit": PATIENT | HELPERS,
    PROMISE: PATIENT | HELPERS,
    ACTIVITY: PATIENT,
    NAME: PATIENT | {"another patient"},
}
"""Who may meet each: a protected person's address and number, what helpers don't see, what one other unit alone sees, what a
psychiatric unit writes, and its name: a patient without an agreement chooses among all units where to begin one."""
THEIRS = {one: CANARIES[one] for one in (ACTIVITY, NAME)}

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    agreed = open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract"))))
    writes(agreed, "canary kept from helpers", private=True)
    writes(agreed, "canary of another unit", visible_to=[str(agreed.clinic.other_unit)])
    ward = psychiatry(agreed)
    made = furnished(agreed)
    made.ids["their_contract"] = str(ward.contract)
    with agreed.clinic.service.act() as ctx:
        reached = {"email": "canary-mail@protected.example", "phone": "+46701740699", "protected": True}
        ctx.session.execute(sa.update(Person).where(Person.id == agreed.karin).values(**reached))
    return made


def writes(agreed: Agreed, words: str, **who: object) -> None:
    with agreed.acting(agreed.karin) as ctx:
        item = {"text": words, "by": "patient", **who}
        agreements.write_item(ctx, agreed.contract, Side.PATIENT, Part.COMMITMENTS, item, before=mark(""))


def test_B10_P32_each_canary_is_found_by_those_who_may_see_it_and_by_nobody_else(world: World) -> None:
    found, leaks = meets(world, CANARIES)
    assert leaks == {}
    assert found == CANARIES


def test_B10_P32_nobody_elses_staff_find_anything_of_what_there_is_with_the_psychiatric_unit_alone(
    world: World,
) -> None:
    there = replace(world, ids={**world.ids, "contract_id": world.ids["their_contract"]})
    found, leaks = meets(there, THEIRS)
    assert leaks == {}
    assert found == THEIRS
