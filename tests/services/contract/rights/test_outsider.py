"""Outsiders who try everything: with whole bodies and the right form token they read nothing and change nothing."""

from __future__ import annotations

import pytest

from tests.services.contract.agreed import open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights.world import World, furnished
from tests.support.databases import WorkerDatabases
from tests.support.rights.outsiders import Tried, reads_own_stream, thefts, tries, tries_with
from tests.support.services import make_service

OUTSIDERS = ["a stranger", "another patient", "another unit's nurse", "a helper who may write_diary"]
SECRETS = ("sister on Sundays", "weigh myself", "Physiotherapy", "Karin", "19480101-0009", "Walk to the shop by summer")

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract")))))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_P32_an_outsider_reads_nothing_and_changes_nothing_and_is_noted(world: World, name: str) -> None:
    came_to_nothing(tries(world, world.roles[name]))


@pytest.mark.parametrize("thief", ["selfcare", "notify"])
def test_P40_a_stolen_token_reads_nothing_and_changes_nothing_and_is_noted(world: World, thief: str) -> None:
    assert reads_own_stream(world, thief)
    for where, headers in thefts(world, thief):
        came_to_nothing(tries_with(where, headers))


def came_to_nothing(tried: Tried) -> None:
    assert len(tried.answers) > 200
    assert tried.holding(SECRETS) == set()
    assert tried.let_in() == {}
    assert tried.changed == set()
    assert tried.unnoted == []
    assert tried.logging(SECRETS) == []
