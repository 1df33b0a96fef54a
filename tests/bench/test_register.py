"""Among thousands of patients no page reads thousands of rows: by what the database did, never by how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.contract.agreement.missing import store as missing
from services.contract.agreement.missing.domain import Missing
from services.contract.agreement.reading.store import read
from shared.db import Database
from tests.bench.crowd import LIKE, fill, personal_number
from tests.bench.goals import judged
from tests.bench.register import ASK, Clinic, clinic
from tests.support.services import make_service

PATIENTS, READ = 4_000, 1_500
BOTH_LISTS = (17,)
"""PostgreSQL from this version on looks both units and people up in one index; an older one reads a unit's and throws away."""


@pytest.fixture
def connect(contract_db: Database) -> str:
    return contract_db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_the_crowd_lacks_what_its_models_lack_and_each_yes_is_to_its_own_words(
    contract_db: Database, connect: str
) -> None:
    crowd = fill(contract_db, 200, connect)
    with make_service("contract", contract_db).act() as ctx:
        (unit,) = {role.unit_id for role in ctx.directory.roles(ctx.session, crowd.admin)}
        counts = missing.counts(ctx, [unit])
        assert counts[missing.ALL] == 200 + len(set(LIKE))
        assert counts[Missing.CONTACT] == 200 // 20 + 1
        assert counts[Missing.REVIEW] == 200 // 10 + 1
        assert len({one.identity for one in crowd.some}) == len(crowd.some) == 120
        for one in crowd.some[::40]:
            reading = read(ctx, one.contract)
            assert reading is not None
            assert (len(reading.yes), reading.in_force, reading.contract.patient_id) == (2, True, one.person)


def test_a_test_number_has_the_right_last_digit() -> None:
    assert personal_number(date(1990, 1, 1), 0) == "199001019802"


@pytest.mark.full
def test_among_thousands_no_page_reads_thousands_of_rows(contract_db: Database, connect: str) -> None:
    among = clinic(contract_db, PATIENTS, connect)
    most = {name: max(rows_read(contract_db, among, name)) for name in ASK}
    version = contract_db.engine.dialect.server_version_info
    assert version
    limit = READ if version >= BOTH_LISTS else 2 * READ
    assert {name: rows for name, rows in most.items() if rows > limit} == {}


def rows_read(database: Database, among: Clinic, name: str) -> Iterator[float]:
    """How many rows each node of each plan reads for one request, by the database's own count. Reading a whole table is
    what it would do among few: here it shows what it can do among many."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if statement.lstrip("( ").startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        assert ASK[name](among, next(among.some)).status_code == 200
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")
        for statement, parameters in sent:
            (plan,) = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) {statement}", parameters
            ).one()
            yield from nodes(plan[0]["Plan"])


def nodes(plan: dict[str, Any]) -> Iterator[float]:
    """Rows that a node gave and threw away, all its loops together."""
    thrown = sum(value for name, value in plan.items() if name.startswith("Rows Removed"))
    yield (plan["Actual Rows"] + thrown) * plan["Actual Loops"]
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def test_a_page_that_is_slower_among_many_misses_its_goal() -> None:
    goals = {
        goal.name: goal.met for goal in judged({}, {"register: register: ratio": 1.6, "register: home: ratio": 1.1})
    }
    assert (goals["7  register: ratio"], goals["7  home: ratio"]) == (False, True)
