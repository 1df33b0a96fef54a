"""Taking a backup while everything runs: one instant of the three databases, and the keys without which they say nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from deploy import fitting, settings, system
from deploy.backup.manifest import KEYS, Dump, Manifest, digest, marks
from deploy.backup.postgres import Programs
from deploy.fitting import Standing
from deploy.folder import data_folder
from deploy.trouble import Trouble
from shared import config
from shared.events import SERVICES


def take(to: Path) -> Path:
    """Back everything up into a new folder in ``to``, named by the instant. It appears when it is whole, or not at all."""
    made_at = datetime.now(UTC).replace(microsecond=0)
    whole = to / f"samkontrakt-{made_at:%Y-%m-%dT%H-%M-%SZ}"
    unfinished = whole.with_suffix(".unfinished")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        _fill(unfinished, made_at)
        unfinished.rename(whole)
    except OSError as error:
        raise Trouble(f"can't write a backup into {to}: {error.strerror}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return whole


def _fill(folder: Path, made_at: datetime) -> None:
    with ExitStack() as held:
        seen = {name: held.enter_context(_instant(name)) for name in SERVICES}
        dumps = {name: _dump(folder, name, *at) for name, at in seen.items()}
    settings.write_private(folder / KEYS, json.dumps(keys(), indent=1))
    Manifest(made_at.isoformat(), dumps, digest(folder / KEYS)).write(folder)


@contextmanager
def _instant(service: str) -> Iterator[tuple[Programs, str, str]]:
    """The database as it is now, for as long as the block lasts: its programs, its snapshot, its tables' version."""
    url = system.config_of(service).database_url
    fitting.check(service, url, Standing.OLDER, Standing.UNKNOWN)
    programs = Programs(url)
    with programs.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        yield programs, snapshot, revision


def _dump(folder: Path, service: str, programs: Programs, snapshot: str, revision: str) -> Dump:
    path = folder / f"{service}.dump"
    path.touch(mode=0o600)
    programs.run(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"
    )
    sealed_with = marks(system.config_of(service))
    return Dump(path.name, digest(path), path.stat().st_size, revision, sealed_with)


def keys() -> dict[str, object]:
    """What a system needs besides its databases to be itself again."""
    if system.is_here():
        return {"settings": json.loads(data_folder().settings.read_text())}
    return {"environment": {name: value for name in config.known_names() if (value := _given(name))}}


def _given(name: str) -> str | None:
    """What is set, in the environment or in a file that it names."""
    path = os.environ.get(f"{config.PREFIX}{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(config.PREFIX + name)


def bring_keys_back(folder: Path, kept: dict[str, object]) -> None:
    """Put the keys of a backup into an empty data folder."""
    if "settings" not in kept:
        raise Trouble(f"the settings in {folder / KEYS} belong into the environment: set them there, then restore")
    data_folder().create()
    settings.write_private(data_folder().settings, json.dumps(kept["settings"], indent=1))
