"""The database: one engine per process, one transaction per act, instants always in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
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
                "options": "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
            },
        )

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


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
