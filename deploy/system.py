"""Which system a command speaks to: the one named by the environment, else the one of this checkout's data folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from deploy import settings
from deploy.folder import data_folder
from deploy.trouble import Trouble
from shared import config
from shared.config import Config
from shared.events import SERVICES

RATE_FACTOR = f"{config.PREFIX}RATE_FACTOR"


def environment(service: str, environ: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """The environment of one service's processes."""
    if not is_here(environ, service):
        return environ
    _refuse_half_a_setting(environ)
    given = {RATE_FACTOR: environ[RATE_FACTOR]} if RATE_FACTOR in environ else {}
    return settings.load(data_folder(environ)).environment(service) | given


def is_here(environ: Mapping[str, str] = os.environ, service: str = SERVICES[0]) -> bool:
    """Whether the system is the one of this checkout's data folder, not one that the environment names."""
    name = f"{config.PREFIX}{service.upper()}_DATABASE_URL"
    return name not in environ and f"{name}_FILE" not in environ


def _refuse_half_a_setting(environ: Mapping[str, str]) -> None:
    """A setting that would be passed over without a word, because the data folder holds the system's own, is refused."""
    tools = {f"{config.PREFIX}{name}" for name in config.TOOLS}
    for name in environ:
        if name.startswith(config.PREFIX) and name not in tools:
            raise Trouble(
                f"{name} is set, but this system has its settings in its data folder: unset it, or name a whole system "
                f"by the environment, {config.PREFIX}<SERVICE>_DATABASE_URL included"
            )


def newer_secrets(
    service: str, environ: Mapping[str, str] = os.environ
) -> Callable[[], Mapping[str, tuple[str, ...]] | None]:
    """Asked now and then: what the service shares with its peers, when the files with secrets have been written since it
    was asked before; else None. What can't be read changes nothing."""
    files = [Path(path) for name, path in environ.items() if name.startswith(config.PREFIX) and name.endswith("_FILE")]
    if is_here(environ, service):
        files = [data_folder(environ).settings]
    known = [_written(files)]

    def newer() -> Mapping[str, tuple[str, ...]] | None:
        now = _written(files)
        if now == known[0]:
            return None
        try:
            found = config_of(service, environ).pair_secrets
        except (Trouble, ValueError):
            return None
        known[0] = now
        return found

    return newer


def _written(files: Iterable[Path]) -> list[int]:
    return [path.stat().st_mtime_ns if path.exists() else 0 for path in files]


def config_of(service: str, environ: Mapping[str, str] = os.environ) -> Config:
    """The judged configuration of one service. ``Trouble`` with the one line that says what is wrong."""
    try:
        return config.load(service, environment(service, environ))
    except config.ConfigError as error:
        raise Trouble(str(error)) from None
