"""The table of rights, tried: every page and every operation by everybody, allowed exactly as the table says."""

from __future__ import annotations

import pytest

from tests.services.contract.agreed import open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights.once import NAMES
from tests.services.contract.rights.world import TRIED, World, furnished
from tests.support.databases import WorkerDatabases
from tests.support.rights.doors import FRAGMENT
from tests.support.rights.people import OVER
from tests.support.rights.walk import told_apart, wrongly_answered
from tests.support.services import make_service

ROLES = [
    "a stranger",
    "the patient",
    "another patient",
    "somebody invited",
    "the contact",
    "the deputy while the contact is there",
    "the deputy",
    "a nurse of the unit",
    "who opened the pages in an emergency",
    "a nurse of a blocked unit",
    "the admin of a blocked unit",
    "another unit's nurse",
    "the unit's admin",
    "another unit's admin",
    "the unit's auditor",
    "another unit's auditor",
    "a helper with every scope",
    *(f"a helper who may {scope}" for scope in TRIED),
    *NAMES,
]


INSIDE = {
    r"/contract/fhir/?$": "what is sent is looked at first",
    r"/contract/fhir/(Practitioner|PractitionerRole|Organization)/": "those one's own care names",
    r"/api/v1/sessions/<": "one's own",
    r"measures": "a unit's measures are for its heads and its admins",
    r"/kinds/<kind>|/<side>/<int:screen>|/items/<part>/<item>|/text/<part>": "a part that there is, and one's own",
}
"""Doors behind which a narrower question is asked than whom the table lets in: who is refused there is refused here too."""


AS_A_PART = [
    "a stranger",
    "the patient",
    "the contact",
    "a nurse of a blocked unit",
    "another unit's nurse",
    "the unit's admin",
    "a helper with every scope",
    "who opened the pages in an emergency",
]
"""Each of another kind: what lets them in as a page lets them in as a part of one."""


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract")))))


@pytest.mark.full
@pytest.mark.parametrize("name", ROLES)
def test_P32_everybody_is_let_in_exactly_where_the_table_says(world: World, name: str) -> None:
    assert set(world.roles) == set(ROLES)
    assert wrongly_answered(world, world.roles[name], INSIDE) == {}


@pytest.mark.full
@pytest.mark.parametrize("name", AS_A_PART)
def test_P32_a_part_of_a_page_is_let_out_exactly_where_the_table_says(world: World, name: str) -> None:
    assert wrongly_answered(world, world.roles[name], INSIDE, headers=FRAGMENT) == {}


NOBODYS = [
    "another patient",
    "a nurse of a blocked unit",
    "another unit's nurse",
    "another unit's admin",
    "a helper who may write_diary",
    "a helper whose time has not begun",
    "a helper of somebody who has died",
    "the contact at another unit",
]


@pytest.mark.full
@pytest.mark.parametrize("name", NOBODYS)
def test_P32_not_yours_is_word_for_word_not_there(world: World, name: str) -> None:
    closed, apart = told_apart(world, world.roles[name])
    assert closed > 200
    assert apart == {}


@pytest.mark.full
def test_B8_whoever_helped_once_is_told_that_it_has_ended_and_nothing_else(world: World) -> None:
    _closed, apart = told_apart(world, world.roles["a helper who was let go"])
    assert apart
    told = {door: str(said.json) if said.is_json else said.text for door, said in apart.items()}
    assert {door for door, said in apart.items() if said.status_code != 404 or OVER not in told[door]} == set()
