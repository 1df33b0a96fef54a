"""Noting what leaves, and telling a ledger that was brought back what had left."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from services.notify.delivery.journal import store
from services.notify.delivery.journal.domain import KEPT, day_of, file_name, line, read
from shared.context import Ctx

log = structlog.get_logger()


class Journal:
    """The journal in one folder, or none at all. It is written by the sender as soon as a channel has taken a message, and
    read after a restore. Days are UTC, by the machine's own clock: a demonstration's does not move backups."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def note(self, sent: Iterable[tuple[UUID, str]], at: datetime) -> None:
        """Write down what has just left. A full disk is told and stops no message: then a restore may send it again."""
        lines = "".join(line(key, channel) for key, channel in sent)
        if self._folder is None or not lines:
            return
        path = self._folder / file_name(at.date())
        try:
            begins = not path.exists()
            with path.open("a") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            if begins:
                self._forget(at.date() - KEPT)
        except OSError as error:
            log.error("what was sent can't be noted", error=error.strerror)

    def since(self, at: datetime) -> Iterator[tuple[UUID, str]]:
        """What left on the day of ``at`` or later. It may hold what left a little earlier, which does no harm. Raises
        ``OSError``."""
        for day, path in self._days():
            if day >= (at - timedelta(minutes=5)).date():
                with path.open() as file:
                    yield from read(file)

    def _days(self) -> list[tuple[date, Path]]:
        paths = self._folder.iterdir() if self._folder else ()
        return sorted((day, path) for path in paths if (day := day_of(path.name)))

    def _forget(self, before: date) -> None:
        for day, path in self._days():
            if day < before:
                path.unlink()


def take_in(ctx: Ctx, journal: Journal, since: datetime) -> int:
    """Let the ledger know what left after the backup was taken at ``since``. Returns how many messages that is."""
    return store.keep(ctx.session, journal.since(since))
