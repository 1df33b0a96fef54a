"""Outsiders who try every door of notify with whole forms and the right token, or with a stolen one of another service."""

from __future__ import annotations

import pytest

from tests.services.notify.rights.world import INSIDE, REACHED, WORDS, World, furnished
from tests.support.databases import WorkerDatabases
from tests.support.rights.outsiders import Tried, reads_own_stream, thefts, tries, tries_with
from tests.support.services import make_service

OUTSIDERS = [
    "a stranger",
    "another patient",
    "another unit's nurse",
    "another patient's contact",
    "another patient's helper",
]
SECRETS = ("Karin Ek", WORDS, INSIDE, str(REACHED["email"]), str(REACHED["phone"]), "26 november", "Njurmottagningen")


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(make_service("notify", worker_databases.fresh("notify")))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_P32_an_outsider_reads_nothing_and_changes_nothing_and_is_noted(world: World, name: str) -> None:
    came_to_nothing(tries(world, world.roles[name]))


@pytest.mark.parametrize("thief", ["contract", "selfcare"])
def test_P40_a_stolen_token_reads_nothing_and_changes_nothing_and_is_noted(world: World, thief: str) -> None:
    assert reads_own_stream(world, thief)
    for where, headers in thefts(world, thief):
        came_to_nothing(tries_with(where, headers))


def came_to_nothing(tried: Tried) -> None:
    assert len(tried.answers) > 7
    assert tried.holding(SECRETS) == set()
    assert tried.let_in() == {}
    assert tried.changed == set()
    assert tried.unnoted == []
    assert tried.logging(SECRETS) == []
