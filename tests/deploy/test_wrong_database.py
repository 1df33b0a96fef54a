"""A command that is led to a wrong database, or to none, says so in one line with what to do, and writes nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from deploy import fitting
from deploy.backup.manifest import KEYS, Dump, Manifest
from deploy.cli import samkontrakt
from deploy.fitting import Standing
from services.contract.app import METADATA as CONTRACT
from services.notify.app import METADATA as NOTIFY
from services.selfcare.app import METADATA as SELFCARE
from shared.db import Database
from shared.events import SERVICES
from tests.deploy.test_bus_cli import environment_of
from tests.deploy.test_cli import COMMANDS
from tests.deploy.test_cli_processes import contract_environment
from tests.shared.bus.bad import STREAM
from tests.support.servers import Servers
from tests.support.services import config_for
from tests.support.texts.rewound import rows_in

METADATA = {"contract": CONTRACT, "selfcare": SELFCARE, "notify": NOTIFY}
ASKS_NONE = {"bus asyncapi", "keys forget", "keys rotate", "run", "stop"}
ARGUMENTS = {
    "audit accept": ["notify", "--reason", "x"],
    "audit verify": ["notify"],
    "backup": ["--to", "{folder}"],
    "bus parked": ["notify"],
    "bus replay": ["notify", STREAM, "--yes"],
    "bus retry": ["notify", str(uuid4())],
    "bus skip": ["notify", str(uuid4()), "--reason", "x"],
    "bus status": [],
    "demo clock": ["+1h"],
    "demo load": [],
    "import": ["{file}"],
    "migrate": ["contract", "notify"],
    "restore": ["{folder}", "notify", "--yes"],
    "serve": ["notify", "relay"],
    "signin-link": ["199001011234"],
    "status": [],
}
FINE: dict[str, set[Standing | None]] = {
    "backup": {Standing.OLDER, Standing.UNKNOWN},
    "migrate": {Standing.EMPTY, Standing.OLDER},
    "restore": {Standing.EMPTY, Standing.OLDER, Standing.UNKNOWN},
    "serve": {Standing.EMPTY, Standing.OLDER, Standing.UNKNOWN, None},
}
"""What is not refused, None for a database that is away: a backup is taken before tables are brought up to date, a process
waits until they are."""
WORDS = {
    Standing.ANOTHERS: "_DATABASE_URL leads to the database of ",
    Standing.EMPTY: "has no tables yet: samkontrakt migrate ",
    Standing.FOREIGN: "with other tables than ours: give ",
    Standing.OLDER: "this checkout works with .*_0002: samkontrakt migrate ",
    Standing.UNKNOWN: "use the checkout that made them",
    None: "does not answer",
}


def settings_of(databases: Mapping[str, Database], urls: Mapping[str, str], folder: Path) -> dict[str, str]:
    selfcare = config_for("selfcare", databases["selfcare"])
    more = {
        "SELFCARE_FORM_KEY": selfcare.form_keys[0],
        "SELFCARE_AUDIT_KEY": selfcare.audit_keys[0],
        "AUDIT_HEADS": str(folder / "heads"),
        "DATA": str(folder / "data"),
        **{f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()},
    }
    settings = environment_of(databases["notify"]) | contract_environment(databases["contract"])
    return settings | {f"SAMKONTRAKT_{name}": value for name, value in more.items()}


def a_backup(folder: Path) -> None:
    """What a backup of notify says of itself."""
    for name in ("notify.dump", KEYS):
        (folder / name).write_text("{}")
    digest = hashlib.sha256(b"{}").hexdigest()
    dump = Dump("notify.dump", digest, 2, fitting.newest("notify"), {})
    Manifest("2026-11-24T10:00:00+00:00", {"notify": dump}, digest).write(folder)


@contextmanager
def saying(databases: Mapping[str, Database], version: str) -> Iterator[None]:
    """Each database says its tables are of this version."""
    update = sa.text("UPDATE alembic_version SET version_num = :version")
    try:
        for service, database in databases.items():
            with database.begin() as session:
                session.execute(update, {"version": f"{service}_{version}"})
        yield
    finally:
        for service, database in databases.items():
            with database.begin() as session:
                session.execute(update, {"version": fitting.newest(service)})


@contextmanager
def emptied(servers: Servers, url: str, worker: str, *tables: str) -> Iterator[str]:
    """The address of a database with only these tables."""
    name = f"empty_{worker}"
    with psycopg.connect(servers.postgres().conninfo(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        admin.execute(f"CREATE DATABASE {name} OWNER notify".encode())
        try:
            there = re.sub(r"/[^/]*$", f"/{name}", url)
            with psycopg.connect(there.replace("+psycopg", "")) as mine:
                for table in tables:
                    mine.execute(f"CREATE TABLE {table} (id int)".encode())
            yield there
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def rows(databases: Mapping[str, Database]) -> dict[str, list[str]]:
    kept = {}
    for service, database in databases.items():
        with database.engine.connect() as connection:
            kept[service] = rows_in(connection, METADATA[service])
    return kept


@dataclass(frozen=True)
class Place:
    """The three services' databases, and how to lead them astray until the end of the test."""

    own: Mapping[str, Database]
    servers: Servers
    worker: str
    folder: Path
    held: ExitStack

    def led_to(self, standing: Standing | None) -> dict[str, str]:
        """Where each service is led, for a database that stands so to it."""
        urls = {service: database.url for service, database in self.own.items()}
        match standing:
            case Standing.ANOTHERS:
                return dict(zip(SERVICES, [urls[other] for other in (*SERVICES[1:], SERVICES[0])], strict=True))
            case Standing.EMPTY | Standing.FOREIGN:
                tables = ["orders"] if standing is Standing.FOREIGN else []
                made = emptied(self.servers, urls["notify"], self.worker, *tables)
                return dict.fromkeys(SERVICES, self.held.enter_context(made))
            case Standing.UNKNOWN:
                self.held.enter_context(saying(self.own, "0999"))
            case None:
                return {service: re.sub(r":\d+/", ":9/", url) for service, url in urls.items()}
        return urls


@pytest.fixture
def place(databases: dict[str, Database], servers: Servers, worker: str, tmp_path: Path) -> Iterator[Place]:
    a_backup(tmp_path)
    (tmp_path / "heads").mkdir()
    (tmp_path / "file.json").write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": []}))
    with ExitStack() as held:
        yield Place(databases, servers, worker, tmp_path, held)


@pytest.mark.parametrize("standing", WORDS, ids=lambda one: one.name.lower() if one else "away")
def test_C_cli_a_wrong_database_is_refused_in_one_line_by_every_command_and_nothing_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests, standing: Standing | None
) -> None:
    if standing is Standing.OLDER:
        monkeypatch.setattr(fitting, "CHECKOUT", newer_checkout(place.folder))
    settings, before = settings_of(place.own, place.led_to(standing), place.folder), rows(place.own)
    for command, arguments in ARGUMENTS.items():
        if standing in FINE.get(command, set()):
            continue
        with subtests.test(command):
            given = [one.format(folder=place.folder, file=place.folder / "file.json") for one in arguments]
            result = CliRunner().invoke(samkontrakt, [*command.split(), *given], env=settings, prog_name="samkontrakt")
            lines = result.output.splitlines()
            if "status" in command:
                assert len(lines) == len(SERVICES)
            else:
                assert (result.exit_code, len(lines)) == (1, 1), result.output
                assert lines[0].startswith("Error: ")
            assert all(re.search(WORDS[standing], line) for line in lines), lines
    assert rows(place.own) == before


def newer_checkout(folder: Path) -> Path:
    """A checkout that knows one version more than the tables have."""
    for service in SERVICES:
        migrations = folder / "checkout" / "services" / service / "migrations"
        migrations.mkdir(parents=True)
        for number in ("0001_first_tables", "0002_more"):
            (migrations / f"{number}.py").touch()
    return folder / "checkout"


def test_every_command_that_asks_a_database_is_led_to_a_wrong_one() -> None:
    assert set(COMMANDS) == {*ARGUMENTS, *ASKS_NONE}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_s_own_database_and_its_every_earlier_version_are_known(
    databases: dict[str, Database], service: str
) -> None:
    fitting.check(service, databases[service].url)
    assert fitting.standing(service, None, tables=False) is Standing.EMPTY
    assert fitting.standing(service, "0001") is Standing.UNKNOWN, "another program's"
