"""One database and one role per service: a role can connect to its own database and to no other."""

from __future__ import annotations

from urllib.parse import quote

import psycopg
from psycopg import sql

CLOSED_TO_PUBLIC = ("postgres", "template1")
EXTENSIONS = ("btree_gist", "pg_trgm")
"""What the tables need beyond the server itself: periods that may not overlap, and parts of names found among many."""
ONE_AT_A_TIME = 7_263_545
"""An advisory lock's number: roles and databases are shared by all, so two preparations at once would collide."""


def ensure(conninfo: str, role: str, password: str, database: str | None = None) -> None:
    """Make the role of a service and its database (of the same name by default) unless they are there.

    ``conninfo`` is an administrator's. The password is set anew each time; it travels as a scram verifier, so no
    server log can hold it.
    """
    database = database or role
    name = sql.Identifier(role)
    with psycopg.connect(conninfo, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        if not _holds(admin, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(verifier)))
        if not _holds(admin, "SELECT 1 FROM pg_database WHERE datname = %s", database):
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), name))
        for closed in (database, *CLOSED_TO_PUBLIC):
            close(admin, closed)
    with psycopg.connect(conninfo, dbname=database, autocommit=True) as admin:
        for extension in EXTENSIONS:
            admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def close(admin: psycopg.Connection, database: str) -> None:
    """Let nobody but its owner and administrators connect to ``database``."""
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))


def _holds(admin: psycopg.Connection, question: str, name: str) -> bool:
    return admin.execute(question.encode(), [name]).fetchone() is not None


def url(role: str, password: str, port: int, database: str | None = None) -> str:
    """The address a service is given: ``postgresql+psycopg://role:password@127.0.0.1:port/database``."""
    return f"postgresql+psycopg://{quote(role)}:{quote(password, safe='')}@127.0.0.1:{port}/{database or role}"
