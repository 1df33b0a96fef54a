"""The database fixtures: what a test commits is really there, and gone for the next test."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared import clock_row
from shared.db import Database
from tests.support.databases import WorkerDatabases


@pytest.mark.parametrize("time", ["first", "again"])
def test_every_test_finds_the_database_as_the_migrations_left_it(contract_db: Database, time: str) -> None:
    with contract_db.begin() as session:
        assert clock_row.shift_of(session) == timedelta()
    clock_row.set_shift(contract_db, timedelta(days=2))
    with contract_db.begin() as session:
        assert clock_row.shift_of(session) == timedelta(days=2)


def test_the_three_services_have_three_databases(databases: dict[str, Database]) -> None:
    clock_row.set_shift(databases["contract"], timedelta(days=2))
    with databases["selfcare"].begin() as session:
        assert clock_row.shift_of(session) == timedelta()


@pytest.mark.parametrize("time", ["first", "again"])
def test_what_many_tests_begin_with_is_made_once_and_put_back(
    worker_databases: WorkerDatabases, contract_db: Database, time: str
) -> None:
    made: list[str] = []

    def begin() -> str:
        clock_row.set_shift(contract_db, timedelta(days=len(made) + 3))
        made.append(time)
        return "begun"

    clock_row.set_shift(contract_db, timedelta(days=9))
    for _ in range(2):
        assert worker_databases.begun("contract", f"trial_{time}", begin) == "begun"
        with contract_db.begin() as session:
            assert clock_row.shift_of(session) == timedelta(days=3)
        clock_row.set_shift(contract_db, timedelta(days=9))
    assert made == [time]
