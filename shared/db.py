"""The database: one engine per process, one transaction per act, instants always in UTC."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


common = sa.MetaData(naming_convention=NAMING)
"""The tables every service has: the bus, the access log, the register. Copied into each service's own MetaData."""


OPTIONS = (
    "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    " -c max_parallel_workers_per_gather=0"
)
"""No statement of ours takes as long as it takes to start another process for it."""


class ServiceBase(DeclarativeBase):
    """What each service's own ``Base`` builds on: every instant is timestamptz, every id a UUID, lists and dicts are JSONB."""

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: sa.DateTime(timezone=True),
        date: sa.Date(),
        time: sa.Time(),
        UUID: sa.Uuid(),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
        str: sa.Text(),
        bytes: sa.LargeBinary(),
    }


class Database:
    """A service's own database. ``begin`` is one transaction: committed when the block ends, rolled back when it raises."""

    def __init__(self, url: str, *, pool: int = 5) -> None:
        self.url = url
        self.engine = sa.create_engine(
            url,
            pool_size=pool,
            max_overflow=pool,
            pool_pre_ping=True,
            pool_timeout=5,
            connect_args={
                "connect_timeout": 3,
                "options": OPTIONS,
            },
        )

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def insert_all(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, known: bool = False) -> int:
    """Insert rows that all have the same columns, in their order, by one statement: a statement for each costs ten times
    as much. With ``known``, rows that are there already stay as they are. Returns how many are new."""
    if not rows:
        return 0
    values = {name: [row[name] for row in rows] for name in rows[0]}
    sent = {
        name: [json.dumps(value) for value in column] if isinstance(table.c[name].type, JSONB) else column
        for name, column in values.items()
    }
    result = session.execute(_insert_all(table, tuple(values), known), sent)
    return int(result.rowcount)  # type: ignore[attr-defined]


@lru_cache(64)
def _insert_all(table: sa.Table, names: tuple[str, ...], known: bool) -> sa.TextClause:
    whole = {name: table.c[name].type.compile(postgresql.dialect()) for name in names}  # type: ignore[no-untyped-call]
    kinds = {name: kind.partition(" COLLATE")[0] for name, kind in whole.items()}
    sent = {name: "text" if kind == "JSONB" else kind for name, kind in kinds.items()}
    columns = ", ".join(f'"{name}"' for name in names)
    chosen = ", ".join(f'CAST("{name}" AS {kind})' for name, kind in kinds.items())
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in sent.items())
    ending = "ON CONFLICT DO NOTHING" if known else ""
    statement = (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {chosen} FROM unnest({arrays}) AS row ({columns}) {ending}'  # noqa: S608
    )
    return sa.text(statement)


def among(column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Whether the column holds one of the values, sent as one array: a statement with a placeholder for each of hundreds is
    written and read anew every time. One value is asked for as itself: then an index that begins with it gives its order."""
    sent = [*values]
    one_or_any: Any = sent[0] if len(sent) == 1 else sa.any_(sa.literal(sent, sa.ARRAY(column.type)))
    answer: sa.ColumnElement[bool] = column == one_or_any
    return answer


def plan_each_anew(session: Session) -> None:
    """Let the database plan every statement of this transaction by its own values: a plan for any values can't know that
    one admin runs a unit and another a hundred."""
    session.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))


def database_now(session: Session) -> datetime:
    """The database's real clock: for leases, back-off and tokens, which a demo's shifted clock must not move."""
    now: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return now


def is_gone(error: BaseException) -> bool:
    """Whether ``error`` says that the database itself is away, stopping or starting: nothing of it is the statement's fault.

    Without an SQLSTATE the server never answered; classes 08 and 57P are about the connection and the server's own state.
    """
    if not isinstance(error, sa.exc.DBAPIError):
        return isinstance(error, sa.exc.TimeoutError)
    state = getattr(error.orig, "sqlstate", None)
    nobody = isinstance(error, sa.exc.OperationalError) and state is None
    return error.connection_invalidated or nobody or str(state).startswith(("08", "57P"))
