"""The table of rights, tried: every page of notify and every part of one by everybody, allowed exactly as the table says."""

from __future__ import annotations

import pytest

from tests.services.notify.rights.world import PUT_BEFORE, TRIED, Role, World, furnished
from tests.support.databases import WorkerDatabases
from tests.support.rights import people
from tests.support.rights.doors import FRAGMENT
from tests.support.rights.walk import told_apart, wrongly_answered
from tests.support.services import make_service

ROLES = sorted({*people.roles(Role, TRIED), PUT_BEFORE})


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(make_service("notify", worker_databases.fresh("notify")))


@pytest.mark.parametrize(
    "name",
    ["a stranger", "the patient", "a helper with every scope", "a helper whose time is over", "another unit's nurse"],
)
def test_P32_some_are_let_in_exactly_where_the_table_says(world: World, name: str) -> None:
    assert wrongly_answered(world, world.roles[name]) == {}


@pytest.mark.full
@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@pytest.mark.parametrize("name", ROLES)
def test_P32_everybody_is_let_in_exactly_where_the_table_says(world: World, name: str, headers: dict[str, str]) -> None:
    assert set(world.roles) == set(ROLES)
    assert wrongly_answered(world, world.roles[name], headers=headers) == {}


def test_P32_every_door_is_open_to_somebody_and_shut_to_somebody(world: World) -> None:
    """So that no walk is about nothing: only what is everybody's who is signed in has no shut door but a stranger's."""
    people_let_in = {str(door): {n for n, role in world.roles.items() if role.may(door)} for door in world.guarded()}
    assert len(people_let_in) > 15
    assert {door for door, names in people_let_in.items() if not names} == {"GET /notify/internal/v1/streams/<stream>"}
    assert {door for door, names in people_let_in.items() if names == set(world.roles)} == set()


@pytest.mark.full
@pytest.mark.parametrize("name", sorted({*ROLES} - people.FORMER))
def test_P32_not_yours_is_word_for_word_not_there(world: World, name: str) -> None:
    _closed, apart = told_apart(world, world.roles[name])
    assert apart == {}


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(people.FORMER))
def test_B8_whoever_helped_once_is_told_that_it_has_ended_and_nothing_else(world: World, name: str) -> None:
    _closed, apart = told_apart(world, world.roles[name])
    assert apart
    assert {door for door, said in apart.items() if said.status_code != 404 or people.OVER not in said.text} == set()
