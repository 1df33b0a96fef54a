"""Words that only some may see, looked for on every page of notify and every part of one as everybody."""

from __future__ import annotations

import pytest

from tests.services.notify.rights.world import ASKER, INSIDE, PUT_BEFORE, REACHED, WORDS, World, furnished
from tests.support.databases import WorkerDatabases
from tests.support.rights.walk import meets
from tests.support.services import make_service

CARE = {"the contact", "the deputy", "who was the contact, then", PUT_BEFORE}
HELPERS = {ASKER, "a helper with every scope", "a helper, before it was over", "a helper, once it has begun"}
CANARIES: dict[str, set[str]] = {
    str(REACHED["email"]): set(),
    str(REACHED["phone"]): set(),
    WORDS: {"the patient", ASKER} | CARE,
    INSIDE: CARE,
    "Karin Ek": {"the patient", "the unit's admin"} | HELPERS | CARE,
    "Ulla Berg": {"another patient", "the unit's admin"},
}
"""Who may meet each: how a protected person is reached; what the patient's helper asked, and what was said of it between
colleagues; whom it is about. The admin sees to whom messages of the unit went."""

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(make_service("notify", worker_databases.fresh("notify")))


def test_B10_P32_each_canary_is_found_by_those_who_may_see_it_and_by_nobody_else(world: World) -> None:
    found, leaks = meets(world, CANARIES)
    assert leaks == {}
    assert found == CANARIES
