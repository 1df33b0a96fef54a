"""What a backup says of itself: when it was made, of which version, and what each of its files must be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from deploy.settings import write_private
from deploy.trouble import Trouble
from shared.config import Config

NAME, KEYS = "backup.json", "keys.json"
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Dump:
    """One database: its file, the version of its tables, and the marks of the secrets it is sealed with."""

    file: str
    sha256: str
    bytes: int
    revision: str
    sealed_with: Mapping[str, list[str]]


@dataclass(frozen=True)
class Manifest:
    """A whole backup. ``made_at`` is the instant, UTC, whose state it holds; ``keys`` is the SHA-256 of its keys."""

    made_at: str
    services: Mapping[str, Dump]
    keys: str

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def write(self, folder: Path) -> None:
        write_private(folder / NAME, json.dumps(asdict(self), indent=1) + "\n")


def read(folder: Path) -> Manifest:
    """The backup in this folder, every file of it as it was written. Raises ``Trouble``."""
    try:
        told = json.loads((folder / NAME).read_text())
        found = Manifest(told["made_at"], {name: Dump(**dump) for name, dump in told["services"].items()}, told["keys"])
        files = {KEYS: found.keys, **{dump.file: dump.sha256 for dump in found.services.values()}}
        for name, wanted in files.items():
            if digest(folder / name) != wanted:
                raise Trouble(f"{folder / name} is not as it was written: take another backup")
    except OSError as error:
        raise Trouble(f"no whole backup in {folder}: {error.strerror} ({Path(str(error.filename)).name})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Trouble(f"{folder / NAME} is not what a backup says of itself: take another backup") from None
    return found


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def marks(config: Config) -> dict[str, list[str]]:
    """By the other service, the marks of the secrets that what is told to it is sealed with: enough to know them again, not
    to find them out."""
    return {
        other: [hashlib.sha256(f"samkontrakt backup {secret}".encode()).hexdigest()[:16] for secret in secrets]
        for other, secrets in config.pair_secrets.items()
    }
