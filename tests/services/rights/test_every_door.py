"""The table of rights, tried at selfcare and notify: every page and every part of one by everybody, allowed exactly as the table
says. Contract, which has more doors than walks, has a walk of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from shared.service import Service
from tests.services.notify.rights import world as notify
from tests.services.selfcare.rights import world as selfcare
from tests.support.databases import WorkerDatabases
from tests.support.rights import people
from tests.support.rights.doors import FRAGMENT, World
from tests.support.rights.walk import told_apart, wrongly_answered
from tests.support.services import make_service

SOME = ("a stranger", "the patient", "a helper whose time is over", "another unit's nurse")
"""Tried at every change, with one more of each service's own."""
PLACES: dict[str, Callable[[Service], World]] = {"selfcare": selfcare.furnished, "notify": notify.furnished}
ROLES = {
    "selfcare": {*people.roles(selfcare.Role, selfcare.TRIED)},
    "notify": {*people.roles(notify.Role, notify.TRIED), notify.PUT_BEFORE},
}
OWN = {"selfcare": "a nurse of a blocked unit", "notify": "a helper with every scope"}


def everywhere(whom: Callable[[str], Iterable[str]]) -> pytest.MarkDecorator:
    """Each of them at each service."""
    found = [(name, one) for name in PLACES for one in whom(name)]
    return pytest.mark.parametrize(("world", "who"), found, indirect=["world"], scope="module")


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, worker_databases: WorkerDatabases) -> World:
    name: str = request.param
    return PLACES[name](make_service(name, worker_databases.fresh(name)))


@everywhere(lambda name: (*SOME, OWN[name]))
def test_P32_some_are_let_in_exactly_where_the_table_says(world: World, who: str) -> None:
    assert wrongly_answered(world, world.roles[who]) == {}


@pytest.mark.full
@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@everywhere(lambda name: sorted(ROLES[name]))
def test_P32_everybody_is_let_in_exactly_where_the_table_says(world: World, who: str, headers: dict[str, str]) -> None:
    assert set(world.roles) == ROLES[world.service.name]
    assert wrongly_answered(world, world.roles[who], headers=headers) == {}


@pytest.mark.parametrize("world", PLACES, indirect=True, scope="module")
def test_P32_every_door_is_open_to_somebody_and_shut_to_somebody(world: World) -> None:
    """So that no walk is about nothing: only what is everybody's who is signed in has no shut door but a stranger's."""
    name = world.service.name
    people_let_in = {str(door): {n for n, role in world.roles.items() if role.may(door)} for door in world.guarded()}
    assert len(people_let_in) > 7
    assert {door for door, names in people_let_in.items() if not names} == {f"GET /{name}/internal/v1/streams/<stream>"}
    assert {door for door, names in people_let_in.items() if names == set(world.roles)} == set()


@pytest.mark.full
@everywhere(lambda name: sorted(ROLES[name] - people.FORMER))
def test_P32_not_yours_is_word_for_word_not_there(world: World, who: str) -> None:
    _closed, apart = told_apart(world, world.roles[who])
    assert apart == {}


@pytest.mark.full
@everywhere(lambda _name: sorted(people.FORMER))
def test_B8_whoever_helped_once_is_told_that_it_has_ended_and_nothing_else(world: World, who: str) -> None:
    _closed, apart = told_apart(world, world.roles[who])
    assert apart
    assert {door for door, said in apart.items() if said.status_code != 404 or people.OVER not in said.text} == set()
