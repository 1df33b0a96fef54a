"""The work of a service: receive, handle, do what is due. The Celery worker and the relay's stand-in run the same functions."""

from __future__ import annotations

import time

import sqlalchemy as sa
import structlog

from shared.bus import beats
from shared.bus.client import HttpFeed
from shared.bus.handling import handle_waiting
from shared.bus.inbox import Feed, FeedUnavailable, receive
from shared.bus.outbox import streams_to
from shared.service import Service

MARK_SECONDS = 1.0
log = structlog.get_logger()


class Work:
    """One process's hands for one service."""

    def __init__(self, service: Service, role: str, feed: Feed | None = None) -> None:
        self.service = service
        self.role = role
        self.feed = feed or HttpFeed(service.config.urls, service.sealer)
        sa.event.listen(service.database.engine, "commit", Progress(role))

    def events(self, stream: str) -> int:
        """A bell rang for one stream: store what is new on it and handle what waits."""
        self._receive(stream)
        return self._handle()

    def everything(self) -> int:
        """Look at every stream and at everything due. Returns how many things were done."""
        for stream in streams_to(self.service.name):
            self._receive(stream)
        done = self._handle()
        for job in self.service.due:
            done += job.run(self.service)
        beats.mark(self.service.database, self.role)
        return done

    def _receive(self, stream: str) -> None:
        try:
            receive(self.service.database, self.feed, stream)
        except FeedUnavailable as problem:
            log.warning("feed unavailable", problem=str(problem))

    def _handle(self) -> int:
        return handle_waiting(self.service.database, self.service.sealer, self.service.handle)


class Progress:
    """Writes into whatever a role commits, once a second at most, that it gets on: what hangs commits nothing."""

    def __init__(self, role: str) -> None:
        self.role = role
        self._written = 0.0

    def __call__(self, connection: sa.Connection) -> None:
        if time.monotonic() - self._written > MARK_SECONDS:
            beats.note(connection, self.role)
            self._written = time.monotonic()
