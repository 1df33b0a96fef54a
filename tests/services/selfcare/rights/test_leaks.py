"""Words that only some may see, looked for on every page of selfcare and every part of one as everybody."""

from __future__ import annotations

import pytest

from tests.services.selfcare.rights.world import WARD_NAME, furnished
from tests.services.selfcare.world import hear
from tests.support.databases import WorkerDatabases
from tests.support.rights import people
from tests.support.rights.doors import World
from tests.support.rights.walk import meets
from tests.support.services import make_service

REACHED = {"email": "canary-mail@protected.example", "phone": "+46701740699", "protected": True}
CARE = {
    "a nurse in an emergency",
    "the contact",
    "the deputy",
    "who was the contact",
    "who was the contact, then",
    "the contact at another unit",
}
BEGUN = {"a helper, before it was over", "a helper, once it has begun"}
SEE_TIMES = {"the patient", "a helper with every scope", "a helper who may see_times", *BEGUN}
CANARIES: dict[str, set[str]] = {
    str(REACHED["email"]): set(),
    str(REACHED["phone"]): set(),
    WARD_NAME: set(),
    "Du åker hem": {"the patient"},
    "Dialys": SEE_TIMES | CARE,
    "Karin Ek": SEE_TIMES | CARE,
    "Ulla Berg": {"another patient", "another patient's helper"},
}
"""Who may meet each: how a protected person is reached, which selfcare is not even told; a ward whose name tells too much,
and why somebody is there; a patient's times and their name."""

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    made = furnished(make_service("selfcare", worker_databases.fresh("selfcare")))
    hear(made.service, people.person("patient", "the patient", **REACHED))
    return made


def test_B10_P32_each_canary_is_found_by_those_who_may_see_it_and_by_nobody_else(world: World) -> None:
    found, leaks = meets(world, CANARIES)
    assert leaks == {}
    assert found == CANARIES
