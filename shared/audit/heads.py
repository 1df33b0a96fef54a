"""The signed head of a chain as a file outside the database: it shows when the whole chain has been made anew."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.audit.domain import Head, read_head, sign


class Unreadable(Exception):
    """What stands in the file was signed by nobody who has the key."""


@dataclass(frozen=True)
class HeadFile:
    """``<folder>/<service>.head``: the newest head. The first secret signs, all of them are known."""

    folder: Path
    service: str
    secrets: tuple[str, ...]

    @property
    def path(self) -> Path:
        return self.folder / f"{self.service}.head"

    def read(self) -> Head | None:
        """The newest head; None when none has been written. Raises ``Unreadable`` or ``OSError``."""
        try:
            line = self.path.read_text()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise Unreadable(str(self.path)) from None
        head = read_head(line, self.secrets)
        if head is None or head.service != self.service:
            raise Unreadable(str(self.path))
        return head

    def write(self, head: Head) -> None:
        """Put this head in the place of the one before, never half. Raises ``OSError``."""
        unfinished = self.path.with_suffix(".new")
        with unfinished.open("w") as file:
            file.write(sign(head, self.secrets[0]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path)

    def put_aside(self) -> Path | None:
        """Keep what stands in the file under another name, so that the next head begins anew; None when there is none."""
        if not self.path.exists():
            return None
        kept = next(path for n in range(1, 10_000) if not (path := self.path.with_suffix(f".head.{n}")).exists())
        return self.path.rename(kept)


def head_file(folder: Path | None, service: str, secrets: Iterable[str]) -> HeadFile | None:
    """Where a service's heads are kept; None when no folder is named."""
    return HeadFile(folder, service, tuple(secrets)) if folder else None
