"""The table of rights, tried: every page and every operation by everybody, allowed exactly as the table says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.services.contract.agreed import open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights.world import PUBLIC, TRIED, Door, World, address, doors, furnished
from tests.support.databases import WorkerDatabases
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
    "another unit's nurse",
    "the unit's admin",
    "another unit's admin",
    "the unit's auditor",
    "another unit's auditor",
    "a helper with every scope",
    *(f"a helper who may {scope}" for scope in TRIED),
]


INSIDE = {
    r"/contract/fhir(/|$)": "what is found is looked for among what one may read",
    r"/api/v1/sessions/<": "one's own",
    r"measures": "a unit's measures are for its heads and its admins",
    r"/kinds/<kind>|/<side>/<int:screen>|/items/<part>/<item>|/text/<part>": "a part that there is, and one's own",
}
"""Doors behind which a narrower question is asked than whom the table lets in: who is refused there is refused here too."""


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract")))))


def guarded(world: World) -> Iterator[Door]:
    """The doors that are not everybody's."""
    return (door for door in doors(world.agreed.app) if PUBLIC not in door.declared.audience)


@pytest.mark.full
@pytest.mark.parametrize("name", ROLES)
def test_P32_everybody_is_let_in_exactly_where_the_table_says(world: World, name: str) -> None:
    assert set(world.roles) == set(ROLES)
    role, wrong = world.roles[name], {}
    for door in guarded(world):
        answer = world.ask(role, door)
        if let_in(answer, door) != role.may(door) and not (role.may(door) and inside(door)):
            wrong[str(door)] = answer.status_code, "the table lets them in" if role.may(door) else "the table does not"
    assert wrong == {}


def inside(door: Door) -> bool:
    return any(re.search(rule, door.rule) for rule in INSIDE)


def let_in(answer: TestResponse, door: Door) -> bool:
    """Whoever is let in and sends no token is told so, and changes nothing."""
    if door.method != "GET":
        return answer.status_code == 403
    return answer.status_code not in (401, 404) and "/contract/signin?" not in answer.headers.get("Location", "")


NOBODYS = ["another patient", "another unit's nurse", "another unit's admin", "a helper who may write_diary"]


@pytest.mark.full
@pytest.mark.parametrize("name", NOBODYS)
def test_P32_not_yours_is_word_for_word_not_there(world: World, name: str) -> None:
    """The same status and the same words, but for the ids that were asked about."""
    role, nothing = world.roles[name], world.others()
    told = [
        (str(door), seen(world.ask(role, door), door, world.ids), seen(world.ask(role, door, nothing), door, nothing))
        for door in guarded(world)
        if "<" in door.rule and not role.may(door)
    ]
    assert len(told) > 200
    assert [(door, mine, theirs) for door, mine, theirs in told if mine != theirs] == []


def seen(answer: TestResponse, door: Door, ids: dict[str, str]) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(address(door, ids), "HERE")
