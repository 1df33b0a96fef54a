"""Databases that are backed up and brought back as an operator would: whole, file by file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from deploy.embedded import databases
from shared.db import Database
from tests.support.databases import template
from tests.support.servers import Servers


class Kept:
    """A service's database with one backup."""

    def __init__(self, servers: Servers, service: str) -> None:
        self._servers = servers
        self._cluster = servers.postgres()
        password = template(servers, self._cluster, service)
        self.service, self.name = service, f"{service}_{secrets.token_hex(4)}"
        self._copy(f"{service}_template", self.name)
        self.database = Database(databases.url(service, password, self._cluster.port, self.name))

    def back_up(self) -> None:
        self.database.close()
        self._copy(self.name, f"{self.name}_backup")

    def restore(self) -> None:
        """Everything written since the backup is gone."""
        self.drop("")
        with self._admin() as admin:
            names = sql.Identifier(f"{self.name}_backup"), sql.Identifier(self.name)
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def drop(self, which: str) -> None:
        self.database.close()
        with self._admin() as admin:
            name = sql.Identifier(self.name + which)
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _copy(self, source: str, target: str) -> None:
        parts = map(sql.Identifier, (target, source, self.service))
        with self._servers.lock(f"copy-{source}"), self._admin() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*parts))

    @contextmanager
    def _admin(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self._cluster.conninfo(), autocommit=True) as admin:
            yield admin
