"""Bugs planted one by one into a copy of the source, each of which a test must catch: the checks that look are checked too
(promises 2, 3, 4, 10, 19, 21, 47)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lxml import etree

from shared.events import SERVICES
from tests.faults.forked import Forked
from tests.faults.plants import CRASH, FORMS, PLANTS, Plant
from tests.support.databases import template
from tests.support.servers import Servers

ROOT = Path(__file__).parent.parent.parent
PARTS = ("deploy", "services", "shared", "tests")
SECONDS = 240
FAILED, PASSED = 1, 0
MOST = 6
"""Bugs in one bed."""


def beds(plants: Sequence[Plant]) -> list[list[Plant]]:
    """Which bugs are planted together: a few, and none where another changes the same file or is caught by the same test."""
    found: list[list[Plant]] = []
    for plant in plants:
        free = (bed for bed in found if len(bed) < MOST and not any(plant.minds(other) for other in bed))
        bed = next(free, None)
        if bed is None:
            found.append([plant])
        else:
            bed.append(plant)
    return found


BEDS = beds(PLANTS)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source, somewhere a bug can be planted."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in PARTS:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("assets", "node_modules"))
    return root


@pytest.fixture(scope="module")
def sound(servers: Servers) -> Servers:
    """The run's servers, with the databases of the source as it stands."""
    for service in SERVICES:
        template(servers, servers.postgres(), service)
    return servers


@pytest.fixture(scope="module")
def forked(copy: Path) -> Iterator[Forked]:
    with Forked(copy) as runs:
        yield runs


@pytest.fixture
def planted(copy: Path, bed: list[Plant]) -> Iterator[Path]:
    """The source with the bugs in it; afterwards as it was."""
    for plant in bed:
        for place, text in with_bug(plant).items():
            (copy / place).write_text(text)
    yield copy
    for plant in bed:
        for place, _, _ in plant.changes:
            shutil.copy2(ROOT / place, copy / place)


def with_bug(plant: Plant) -> dict[str, str]:
    """The files that hold the bug. Fails loudly where the source no longer reads as the plant knows it."""
    texts = {place: (ROOT / place).read_text() for place, _, _ in plant.changes}
    for place, old, new in plant.changes:
        assert texts[place].count(old) == 1, f"{place} must hold this once for the bug to be planted:\n{old}"
        texts[place] = texts[place].replace(old, new)
    return texts


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_P47_each_bug_can_be_planted_in_the_source_as_it_stands(plant: Plant) -> None:
    for place, text in with_bug(plant).items():
        assert text != (ROOT / place).read_text()
        if place.endswith(".py"):
            compile(text, place, "exec")


@pytest.mark.full
@pytest.mark.timeout(SECONDS)
def test_P47_without_a_bug_planted_the_same_tests_pass(forked: Forked, sound: Servers) -> None:
    """The quick ones: whether a copy can be tested at all. Of a slow one, its own words say which bug it failed of."""
    quick = [plant.caught_by for plant in PLANTS if not plant.caught_by.startswith((CRASH, FORMS))]
    code, said = forked.run(*on(sound), *dict.fromkeys(quick))
    assert code == PASSED, said[-4000:]


@pytest.mark.full
@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("bed", BEDS, ids=lambda bed: ", ".join(plant.name for plant in bed))
def test_P47_each_planted_bug_is_caught(
    forked: Forked, planted: Path, bed: list[Plant], sound: Servers, subtests: pytest.Subtests
) -> None:
    """Each by its own test and in its own words, so that no bug is taken for another of the same bed."""
    report = planted / "report.xml"
    own = any(plant.changes_tables for plant in bed)
    code, said = forked.run(*([] if own else on(sound)), f"--junitxml={report}", *(plant.caught_by for plant in bed))
    assert code == FAILED, said[-4000:]
    cases = list(etree.parse(report).iter("testcase"))
    for plant in bed:
        with subtests.test(plant.name):
            words = "\n".join("".join(case.itertext()) for case in cases if plant.is_caught_by(case))
            assert plant.says in words, words[-4000:]


def on(servers: Servers) -> list[str]:
    """What makes a run use these servers rather than its own."""
    return ["--servers", str(servers.run)]
