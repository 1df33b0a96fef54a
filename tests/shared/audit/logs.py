"""An access log with rows that were really written and chained, and what a hand in the database can do to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared import audit
from shared.audit.chaining import chain
from shared.audit.domain import ENTRY, Head, canonical, genesis, link
from shared.audit.tables import access_chain
from shared.db import Database

SERVICE = "notify"


def row(number: int) -> dict[str, Any]:
    """One act, unlike the others."""
    return {
        "actor_id": UUID(int=number % 7 + 1),
        "actor_as": "contact",
        "patient_id": UUID(int=100 + number % 5),
        "unit_id": UUID(int=200) if number % 3 else None,
        "resource": "request",
        "action": "read",
        "what": f"read request {number}",
        "session_id": None,
    }


def write(database: Database, *numbers: int) -> None:
    """Each row by an act of its own."""
    for number in numbers:
        with database.begin() as session:
            audit.write(session, [row(number)])


def chain_all(database: Database, most: int = 7) -> None:
    while True:
        with database.begin() as session:
            if not chain(session, SERVICE, most):
                return


def links(database: Database) -> list[tuple[int, int]]:
    with database.begin() as session:
        query = sa.select(access_chain.c.seq, access_chain.c.entry_id).order_by(access_chain.c.seq)
        return [(seq, entry_id) for seq, entry_id in session.execute(query)]


def head(database: Database) -> Head:
    with database.begin() as session:
        query = sa.select(access_chain.c.seq, access_chain.c.hash).order_by(access_chain.c.seq.desc())
        seq, found = session.execute(query).first() or (0, b"")
    return Head(SERVICE, seq, found.hex(), "2026-11-24T11:00:00+00:00")


class Hand:
    """Somebody who owns the tables and takes the triggers away; all of it in a transaction that is rolled back."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        for table in ("access_log", "access_chain"):
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))

    def run(self, statement: str, **values: Any) -> None:
        self.connection.execute(sa.text(statement), values)

    def edit(self, entry_id: int, field: str) -> None:
        new = "at + interval '1 microsecond'" if field == "at" else "md5(random()::text)"
        new = "gen_random_uuid()" if field.endswith("_id") else new
        self.run(f"UPDATE access_log SET {field} = {new} WHERE id = :id", id=entry_id)  # noqa: S608

    def delete(self, entry_id: int) -> None:
        self.run("DELETE FROM access_log WHERE id = :id", id=entry_id)

    def swap(self, one: int, other: int) -> None:
        """Two rows of the log change places."""
        for a, b in ((one, -1), (other, one), (-1, other)):
            self.run("UPDATE access_log SET id = :b WHERE id = :a", a=a, b=b)

    def swap_links(self, one: int, other: int) -> None:
        """Two links of the chain, by their entries, change places."""
        for a, b in ((one, -1), (other, one), (-1, other)):
            self.run("UPDATE access_chain SET entry_id = :b WHERE entry_id = :a", a=a, b=b)

    def add(self, entry_id: int) -> None:
        """A row that no act has written."""
        self.run(
            "INSERT INTO access_log (id, at, actor_as, resource, action, what) OVERRIDING SYSTEM VALUE "
            "SELECT :id, max(at), 'contact', 'request', 'read', 'never' FROM access_log",
            id=entry_id,
        )

    def add_with_link(self, entry_id: int, seq: int) -> None:
        """A row that no act has written, and a link for it: everything from there on moves by one."""
        self.add(entry_id)
        self.run("UPDATE access_chain SET seq = -seq WHERE seq >= :seq", seq=seq)
        self.run("UPDATE access_chain SET seq = 1 - seq WHERE seq < 0")
        self.run("INSERT INTO access_chain VALUES (:seq, :id, sha256('x'))", seq=seq, id=entry_id)

    def cut(self, seq: int) -> None:
        """Everything from a number on, log and chain."""
        self.run("DELETE FROM access_log WHERE id IN (SELECT entry_id FROM access_chain WHERE seq >= :seq)", seq=seq)
        self.run("DELETE FROM access_chain WHERE seq >= :seq", seq=seq)

    def chain_anew(self) -> None:
        """The whole chain, made again over what the log says now."""
        before = genesis(SERVICE)
        columns = ", ".join(f"l.{name}" for name in ENTRY)
        query = f"SELECT {columns} FROM access_chain c JOIN access_log l ON l.id = c.entry_id ORDER BY c.seq"  # noqa: S608
        entries = self.connection.execute(sa.text(query)).all()
        self.run("DELETE FROM access_chain")
        for seq, entry in enumerate(entries, 1):
            assert canonical(entry)
            before = link(before, entry)
            self.run("INSERT INTO access_chain VALUES (:seq, :id, :hash)", seq=seq, id=entry.id, hash=before)
