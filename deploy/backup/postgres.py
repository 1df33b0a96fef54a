"""PostgreSQL's own programs for dumping and restoring, speaking to one service's database as its owner."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

from deploy.embedded import postgres
from deploy.folder import data_folder
from deploy.trouble import Trouble

DEBIAN = "/usr/lib/postgresql/{major}/bin"


class Programs:
    """The programs that fit one database's server, and how they reach it. Passwords travel in the environment: a list of
    processes shows arguments."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._reach = {
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port or 5432),
            "PGUSER": unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGDATABASE": parts.path.removeprefix("/"),
        }
        self._folder: Path | None = None

    @property
    def name(self) -> str:
        return self._reach["PGDATABASE"]

    def connect(self) -> psycopg.Connection:
        """A connection of one's own. Raises ``Trouble`` when the database does not answer."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
        reach = {name: self._reach[key] for name, key in names.items()}
        try:
            return psycopg.connect(make_conninfo("", connect_timeout=5, **reach))
        except psycopg.OperationalError:
            raise Trouble("a database does not answer: samkontrakt status") from None

    def run(self, program: str, *arguments: str) -> str:
        """What the program says. Raises ``Trouble`` with its last words when it fails."""
        done = subprocess.run(
            [str(self._programs() / program), "--no-password", *arguments],
            env={**os.environ, **self._reach},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"{program} failed: {_reason(done.stderr.splitlines())}")
        return done.stdout

    def _programs(self) -> Path:
        if self._folder is None:
            with self.connect() as connection:
                self._folder = _fitting(connection.info.server_version // 10_000)
        return self._folder


def _fitting(major: int) -> Path:
    """Programs of the server's own version: newer ones say what an older server does not understand."""
    places = [postgres.programs(data_folder().programs), Path(DEBIAN.format(major=major))]
    if found := which("pg_restore"):
        places.append(Path(found).parent)
    for place in places:
        if (place / "pg_restore").exists() and _major(place) == major:
            return place
    raise Trouble(f"no pg_dump and pg_restore of PostgreSQL {major} here: install postgresql-client-{major}")


def _major(place: Path) -> int:
    said = subprocess.run([place / "pg_restore", "--version"], capture_output=True, text=True, check=False).stdout
    number = said.rpartition(" ")[2].partition(".")[0].strip()
    return int(number) if number.isdecimal() else 0


def _reason(lines: Sequence[str]) -> str:
    """Only what kind of thing went wrong: a value that PostgreSQL quotes may be somebody's."""
    errors = [line for line in lines if "error:" in line]
    return (errors or ["no reason given"])[0].partition("DETAIL")[0].strip()
