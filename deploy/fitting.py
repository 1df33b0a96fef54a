"""Whether a service's database is the one that is meant: its own, with the tables that this checkout works with."""

from __future__ import annotations

from enum import Enum

import psycopg

from deploy import system
from deploy.folder import CHECKOUT
from deploy.trouble import Trouble
from shared.db import Database
from shared.events import SERVICES

CONNECT_SECONDS = 3
TABLES = """
SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') LIMIT 1
"""
VERSION = "SELECT version_num FROM alembic_version"


class Standing(Enum):
    """How a database stands to a service, with what to say of it."""

    FITTING = ""
    EMPTY = "the database of {service} has no tables yet: samkontrakt migrate {service}"
    OLDER = (
        "the database of {service} has the tables of version {found}, this checkout works with {newest}: "
        "samkontrakt migrate {service}"
    )
    UNKNOWN = (
        "the database of {service} has tables of a version ({found}) that this checkout does not know, its newest is "
        "{newest}: use the checkout that made them"
    )
    ANOTHERS = "{setting} leads to the database of {owner}: set it to the database of {service}"
    FOREIGN = "{setting} leads to a database with other tables than ours: give {service} a database of its own"


class Away(Trouble):
    """The database does not answer."""


def standing(service: str, version: str | None, *, tables: bool = True) -> Standing:
    """What is to be thought of a database whose tables are of ``version``; None where they say none."""
    if version is None:
        return Standing.FOREIGN if tables else Standing.EMPTY
    if version in (known := _versions(service)):
        return Standing.FITTING if version == known[-1] else Standing.OLDER
    owner = _owner(version)
    return Standing.ANOTHERS if owner in SERVICES and owner != service else Standing.UNKNOWN


def newest(service: str) -> str:
    """The version of the tables that this checkout makes."""
    return _versions(service)[-1]


def check(service: str, url: str, *fine: Standing) -> None:
    """Raises ``Trouble`` unless the database fits or its standing is ``fine``; ``Away`` when it does not answer."""
    version, tables = _asked(service, url)
    found = standing(service, version, tables=tables)
    if found is not Standing.FITTING and found not in fine:
        owner = _owner(version or "")
        words = {"service": service, "found": version, "owner": owner, "newest": newest(service)}
        raise Trouble(found.value.format(setting=_setting(service), **words))


def database(service: str) -> Database:
    """The service's database, seen to be its own. Raises ``Trouble``."""
    url = system.config_of(service).database_url
    check(service, url)
    return Database(url)


def _asked(service: str, url: str) -> tuple[str | None, bool]:
    """The version that the tables say, and whether there are any."""
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=CONNECT_SECONDS) as connection:
            if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
                return None, connection.execute(TABLES).fetchone() is not None
            row = connection.execute(VERSION).fetchone()
            return (row[0] if row else None), True
    except psycopg.errors.InsufficientPrivilege:
        return None, True
    except psycopg.OperationalError:
        if system.is_here(service=service):
            raise Away(f"the database of {service} does not answer: samkontrakt status") from None
        raise Away(
            f"the database of {service} does not answer as {_setting(service)} says: does it run, and are host, port, "
            "name and password right?"
        ) from None


def _versions(service: str) -> list[str]:
    """Those that this checkout knows, the newest last."""
    files = (CHECKOUT / "services" / service / "migrations").glob("[0-9]*.py")
    return [f"{service}_{name.partition('_')[0]}" for name in sorted(file.name for file in files)]


def _owner(version: str) -> str:
    return version.rpartition("_")[0]


def _setting(service: str) -> str:
    return f"SAMKONTRAKT_{service.upper()}_DATABASE_URL"
