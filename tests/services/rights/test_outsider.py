"""Outsiders who try every door of a service with whole forms and the right token, or with a stolen one of another service:
they read nothing and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from shared.events import SERVICES
from shared.service import Service
from tests.services.contract.agreed import open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights import world as contract
from tests.services.notify.rights import world as notify
from tests.services.selfcare.rights import world as selfcare
from tests.support.databases import WorkerDatabases
from tests.support.rights.doors import World
from tests.support.rights.outsiders import Tried, reads_own_stream, thefts, tries, tries_with
from tests.support.services import make_service


@dataclass(frozen=True)
class Place:
    """Where an outsider tries. ``doors``: at least so many; ``secrets``: what stands behind them."""

    furnished: Callable[[Service], World]
    doors: int
    secrets: tuple[str, ...]
    others: tuple[str, ...] = ("another patient's contact", "another patient's helper")

    @property
    def outsiders(self) -> tuple[str, ...]:
        return ("a stranger", "another patient", "another unit's nurse", *self.others)


HERE = ("Karin Ek", "26 november", "Njurmottagningen")
REACHED = (str(notify.REACHED["email"]), str(notify.REACHED["phone"]))
WRITTEN = ("sister on Sundays", "weigh myself", "Physiotherapy", "Walk to the shop by summer")
PLACES = {
    "contract": Place(
        lambda service: contract.furnished(open_agreed(open_clinic(service))),
        200,
        (*WRITTEN, "Karin", "19480101-0009"),
        ("a helper who may write_diary",),
    ),
    "selfcare": Place(selfcare.furnished, 7, (*HERE, selfcare.WARD_NAME)),
    "notify": Place(notify.furnished, 7, (*HERE, *REACHED, notify.WORDS, notify.INSIDE)),
}


def everywhere(whom: Callable[[str], Iterable[str]]) -> pytest.MarkDecorator:
    """Each of them at each service; contract, which has most doors, takes too long for every change."""
    found = [
        pytest.param(name, one, marks=[pytest.mark.full] if name == "contract" else [])
        for name in PLACES
        for one in whom(name)
    ]
    return pytest.mark.parametrize(("world", "who"), found, indirect=["world"], scope="module")


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, worker_databases: WorkerDatabases) -> World:
    name: str = request.param
    return PLACES[name].furnished(make_service(name, worker_databases.fresh(name)))


@everywhere(lambda name: PLACES[name].outsiders)
def test_P32_an_outsider_reads_nothing_and_changes_nothing_and_is_noted(world: World, who: str) -> None:
    came_to_nothing(world, tries(world, world.roles[who]))


@everywhere(lambda name: [other for other in SERVICES if other != name])
def test_P40_a_stolen_token_reads_nothing_and_changes_nothing_and_is_noted(world: World, who: str) -> None:
    assert reads_own_stream(world, who)
    for where, headers in thefts(world, who):
        came_to_nothing(world, tries_with(where, headers))


def came_to_nothing(world: World, tried: Tried) -> None:
    place = PLACES[world.service.name]
    assert len(tried.answers) > place.doors
    assert tried.holding(place.secrets) == set()
    assert tried.let_in() == {}
    assert tried.changed == set()
    assert tried.unnoted == []
    assert tried.logging(place.secrets) == []
