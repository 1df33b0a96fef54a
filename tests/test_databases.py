"""The database fixtures: what a test commits is really there, and gone for the next test."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared import clock_row
from shared.db import Database


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
