"""A database that can be put back: what is tried in it has not been, however often it was committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.db import Database

BOOKS = frozenset({"access_log", "access_chain", "access_unchained", "api_answered"})
"""What is written about an act, also about one that was refused."""


def every_row(tables: sa.MetaData) -> sa.TextClause:
    """The question for every row that is kept, the books aside."""
    names = [table.name for table in tables.sorted_tables if table.name not in BOOKS]
    rows = (f"SELECT '{name}' AS name, to_jsonb(r) AS row FROM \"{name}\" r" for name in names)  # noqa: S608
    return sa.text(" UNION ALL ".join(rows))


TOUCHED = sa.text(
    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables WHERE relname <> ALL (:books)"
)
"""How many rows have been written in this transaction, those taken back again with them."""


def rows_in(connection: sa.Connection, tables: sa.MetaData) -> list[str]:
    """Every row of a database, the books aside; the same while nothing has changed."""
    return _written(connection, every_row(tables))


def _written(connection: sa.Connection, asked: sa.TextClause) -> list[str]:
    return sorted(repr(tuple(row)) for row in connection.execute(asked))


class Rewound(Database):
    """The database in one transaction that is never committed. Each of the service's own is a savepoint in it: it keeps
    and takes back what it always does."""

    def __init__(self, real: Database, tables: sa.MetaData) -> None:
        self.url, self.engine = real.url, real.engine
        self.connection = real.engine.connect()
        self.whole = self.connection.begin()
        self.every_row = every_row(tables)
        self.touched = 0

    @contextmanager
    def begin(self) -> Iterator[Session]:
        join: Any = "create_savepoint"
        with (
            Session(self.connection, expire_on_commit=False, join_transaction_mode=join) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done inside has not been done after it."""
        self.touched = self._touched()
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()

    def close(self) -> None:
        """Let go. The real database is its owner's to close."""
        self.whole.rollback()
        self.connection.close()

    def rows(self) -> list[str]:
        """Every row that is kept, the books aside; the same while nothing has changed."""
        return _written(self.connection, self.every_row)

    def is_as(self, before: list[str]) -> bool:
        """Whether every row is as it was before what is ``undone``: where nothing was written they need not be read."""
        return self._touched() == self.touched or self.rows() == before

    def _touched(self) -> int:
        return int(self.connection.execute(TOUCHED, {"books": sorted(BOOKS)}).scalar_one())

    def texts(self) -> set[str]:
        """Every text that is kept, the books aside."""
        return {text for row in self.connection.execute(self.every_row) for text in inside(row.row)}


def inside(value: Any) -> Iterator[str]:
    """Every text in a value as it comes out of JSON, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from inside(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from inside(one)
