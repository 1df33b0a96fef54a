"""The table of rights is what is declared, no more and no less, and gives nobody more than the domain's matrix does."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import re
import tomllib
from pathlib import Path
from types import FunctionType

import pytest

import deploy
import services
import shared
from shared.bus.worker import worker_app
from shared.db import Database
from shared.policy import Policy, Who, policy
from shared.rights import FILE, NOT_YET, TABLE, NotInTable, Row, read, row_of
from tests.support.services import make_app, make_service

PACKAGES = (shared, services, deploy)
DATA = Path(os.environ.get("SAMKONTRAKT_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
PROMISES = DATA.parent / "promises.md"
COLUMNS = {
    "anyone": "AN",
    "patient": "PT",
    "delegate": "FD",
    "contact": "NC",
    "deputy": "DC",
    "contact_before": "CL",
    "break_glass": "CX",
    "staff": "CL",
    "admin": "CA",
    "auditor": "AU",
    "service": "SA",
    "operator": "OP",
}
"""The column of the matrix for each whom a policy can name. Who has handed over is a clinician with a relation."""
BY_BREAK_GLASS = "⁷"
"""The note on what a clinician without a relation reads by breaking the glass, and never changes."""
OURSELVES = {"system", "own"}
"""Rows of the table that no row of the matrix is about: the system's own work, and pages that show what others let."""


def declared() -> dict[tuple[str, str], set[str]]:
    """Whom all declarations in the product let in, by resource and action."""
    found: dict[tuple[str, str], set[str]] = {}
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not re.search(r"__main__|\.migrations", module.name):
                importlib.import_module(module.name)
    names = {package.__name__ for package in PACKAGES}
    gc.unfreeze()  # what was loaded before the first test is not among the objects while it is frozen
    functions = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
    gc.freeze()
    for one in (getattr(one, "policy", None) for one in functions if str(one.__module__).partition(".")[0] in names):
        if isinstance(one, Policy):
            found.setdefault((one.resource, one.action), set()).update(one.audience)
    return found


def product() -> dict[tuple[str, str], Row]:
    """The table without what tests add for their toys."""
    return read()


@pytest.fixture(scope="module")
def matrix() -> dict[str, dict[str, str]]:
    """The matrix of rights: cells by row and column."""
    if not PROMISES.is_file():
        pytest.skip(f"third-party data is absent: {PROMISES}, see SAMKONTRAKT_SHARED_DATA")
    text = re.search(r"^## \(d\).*?(?=^## )", PROMISES.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert text
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text[0].splitlines() if line[:1] == "|"]
    heads = lines[0][1:]
    return {line[0]: dict(zip(heads, line[1:], strict=True)) for line in lines[2:]}


@pytest.fixture
def doors(databases: dict[str, Database]) -> list[object]:
    """Every service's doors, some of which are declared as they are made."""
    made = [make_service(name, database) for name, database in databases.items()]
    return [*map(make_app, made), worker_app(lambda: made[0])]


@pytest.mark.usefixtures("doors")
def test_P32_the_table_is_exactly_what_is_declared() -> None:
    in_table = {key: row.who for key, row in product().items()}
    assert {key: sorted(who) for key, who in declared().items()} == {key: sorted(who) for key, who in in_table.items()}


def test_P32_every_right_is_one_that_the_matrix_gives_or_has_the_domains_reason(
    matrix: dict[str, dict[str, str]],
) -> None:
    beyond = {}
    for (resource, action), row in product().items():
        for who in row.who & set(COLUMNS) if row.of not in OURSELVES else ():
            cell = cell_of(matrix, row.of, COLUMNS[who])
            letters = "r" if who == "break_glass" and BY_BREAK_GLASS in cell else re.sub(r"\(.*?\)", "", cell)
            if not set(row.does.lower().split()) & set(letters.lower()) and who not in row.beyond:
                beyond[f"{resource}.{action}: {who}"] = f"{row.does or 'nothing'} of {row.of}: {letters}"
    assert beyond == {}


def test_B10_point_3_who_reads_in_an_emergency_changes_nothing() -> None:
    opened = {key: row for key, row in product().items() if "break_glass" in row.who}
    assert opened
    assert {key: row.does for key, row in opened.items() if row.does != "R"} == {}


def test_P32_what_no_row_of_the_matrix_is_about_is_the_systems_own_or_shows_what_others_let() -> None:
    for key, row in product().items():
        if row.of == "system":
            assert row.who <= {"service", "operator"}, key
        if row.of == "own":
            assert row.who <= {"signed_in"}, key


def test_P32_every_row_of_the_matrix_is_in_the_table_or_has_a_reason(matrix: dict[str, dict[str, str]]) -> None:
    waits = tomllib.loads(FILE.read_text(encoding="utf-8"))[NOT_YET]
    built = {row.of for row in product().values()} - OURSELVES
    assert built | set(waits) == set(matrix)
    assert built & set(waits) == set()


def cell_of(matrix: dict[str, dict[str, str]], of: str, column: str) -> str:
    return matrix[of][column]


def test_P32_a_policy_that_lets_in_more_than_the_table_is_refused() -> None:
    with pytest.raises(NotInTable, match="delegate"):
        policy("agreement", "end", Who.PATIENT, Who.DELEGATE)
    with pytest.raises(NotInTable, match="nothing of the kind"):
        policy("agreement", "nothing of the kind", Who.PATIENT)
    with pytest.raises(NotInTable, match="anyone"):
        policy("home", "read", Who.ANYONE)
    assert row_of("home", "read", frozenset({"patient"})) is TABLE["home", "read"]
    assert policy("agreement", "end", Who.PATIENT)(lambda: None).policy.audience == {Who.PATIENT}  # type: ignore[attr-defined]


def test_P32_every_name_in_the_table_is_one_that_exists() -> None:
    from services.contract.delegates.domain import SCOPES

    for key, row in product().items():
        assert row.who, key
        assert row.who <= {who.value for who in Who}, key
        assert row.scopes <= set(SCOPES), key
        assert bool(row.scopes) <= ("delegate" in row.who), key
        assert set(row.beyond) <= row.who, key
