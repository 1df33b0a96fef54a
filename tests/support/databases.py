"""Fresh databases for tests whose actions really commit.

Each service's migrations run once per test run, into a template. Each worker copies the templates once; before a test
the tables that hold anything are emptied, which takes milliseconds, and the rows the migrations themselves put in come
back. What many tests begin with is done once per worker; its rows come back the same way.
"""

from __future__ import annotations

import importlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation, OpContainer
from psycopg import sql

from deploy.embedded import databases
from deploy.embedded.postgres import Cluster
from shared import migrate
from shared.db import Database
from tests.support.servers import Servers

Begun = TypeVar("Begun")
SEED = "seed"
"""The schema that holds the rows of the migrations."""

KEEP = """
DO $$ DECLARE name text; held boolean; BEGIN
  CREATE SCHEMA {kept};
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO held;
    IF held THEN EXECUTE format('CREATE TABLE {kept}.%I AS TABLE public.%I', name, name); END IF;
  END LOOP;
END $$
"""
PUT_BACK = """
DO $$ DECLARE name text; held boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '5s';
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO held;
    IF held THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
  END LOOP;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = '{kept}' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM {kept}.%I', name, name);
  END LOOP;
END $$
"""
"""As replica no foreign key is checked row by row. A lock held for 5 s means: a test before left a transaction open."""


class WorkerDatabases:
    """One worker's databases, made when first asked for."""

    def __init__(self, servers: Servers, worker: str) -> None:
        self._servers = servers
        self._worker = worker
        self._made: dict[str, Database] = {}
        self._admins: dict[str, psycopg.Connection] = {}
        self._begun: dict[tuple[str, str], Any] = {}

    def fresh(self, service: str) -> Database:
        """The worker's database of ``service``, as the migrations left it."""
        if service not in self._made:
            self._made[service] = self._make(service)
        else:
            self._do(service, PUT_BACK, SEED)
        return self._made[service]

    def begun(self, service: str, name: str, begin: Callable[[], Begun], after: str = SEED) -> Begun:
        """What ``begin`` returns once it has filled the database as ``after`` left it, and its rows: made the first time."""
        if (service, name) not in self._begun:
            self._do(service, PUT_BACK, after)
            self._begun[service, name] = begin()
            self._do(service, KEEP, name)
        else:
            self._do(service, PUT_BACK, name)
        begun: Begun = self._begun[service, name]
        return begun

    def _do(self, service: str, what: str, kept: str) -> None:
        self._admins[service].execute(what.format(kept=kept).encode())

    def close(self) -> None:
        """Let go of every connection."""
        for database in self._made.values():
            database.close()
        for admin in self._admins.values():
            admin.close()

    def _make(self, service: str) -> Database:
        cluster = self._servers.postgres()
        password = template(self._servers, cluster, service)
        name = f"{service}_{self._worker}"
        with psycopg.connect(cluster.conninfo(), autocommit=True) as admin:
            parts = map(sql.Identifier, (name, f"{service}_template", service))
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*parts))
            databases.close(admin, name)
        self._admins[service] = psycopg.connect(cluster.conninfo(name), autocommit=True)
        return Database(databases.url(service, password, cluster.port, name))


def template(servers: Servers, cluster: Cluster, service: str) -> str:
    """Build the template of ``service`` by its real migrations, once per run; returns the role's password."""
    kept = servers.run / f"{service}.password"
    with servers.lock(f"template-{service}"):
        if not kept.exists():
            password, name = secrets.token_urlsafe(32), f"{service}_template"
            databases.ensure(cluster.conninfo(), service, password, name)
            url = databases.url(service, password, cluster.port, name)
            migrate.upgrade(service, url)
            add_what_is_being_written(service, url)
            with psycopg.connect(cluster.conninfo(name), autocommit=True) as admin:
                admin.execute(KEEP.format(kept=SEED).encode())
            kept.write_text(password)
        return kept.read_text()


def add_what_is_being_written(service: str, url: str) -> None:
    """Add what the tables in code have beyond the migrations.

    So a table can be tested while it is being written; that its migration is missing is what the drift test says.
    """
    metadata = importlib.import_module(f"services.{service}.app").METADATA
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        missing = produce_migrations(context, metadata).upgrade_ops
        if missing is not None:
            _invoke(Operations(context), missing)
    engine.dispose()


def _invoke(operations: Operations, step: MigrateOperation) -> None:
    if isinstance(step, OpContainer):
        for inner in step.ops:
            _invoke(operations, inner)
    else:
        operations.invoke(step)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
