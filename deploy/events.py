"""What the operator does about the events of one service, each with its line in that service's access log."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from deploy import fitting, operator
from deploy.supervise.waiting import wait_until
from deploy.trouble import Trouble
from shared import audit
from shared.bus import operating
from shared.bus.client import HttpFeed
from shared.bus.handling import handle_waiting
from shared.bus.inbox import FeedUnavailable, receive
from shared.bus.outbox import streams_to
from shared.db import Database
from shared.policy import Policy, Who

REPLAY_SECONDS = 60
"""How long a replay waits for what the running service has taken in hand, after everything else is handled."""


def retry(service: str, event_id: UUID, declared: Policy) -> None:
    with _stuck(service, event_id), noted(service, declared, f"event {event_id} is to be tried again") as session:
        operating.retry(session, event_id)


def skip(service: str, event_id: UUID, reason: str, declared: Policy) -> None:
    with _stuck(service, event_id), noted(service, declared, f"event {event_id} left for good: {reason}") as session:
        operating.skip(session, event_id)


def check_stream(service: str, stream: str) -> None:
    """``Trouble`` unless the service reads this stream."""
    if stream not in streams_to(service):
        raise Trouble(f"{service} does not read {stream}: it reads {' and '.join(streams_to(service))}")


def replay(service: str, stream: str, declared: Policy, tell: Callable[[str], None]) -> int:
    """Let the service read the stream from its first event, and do its work beside it. Returns how many were handled."""
    check_stream(service, stream)
    with operator.service(service) as made:
        with noted(service, declared, f"{stream} is read from its first event") as session:
            operating.replay(session, stream)
        http = HttpFeed(made.config.urls, made.sealer)

        def feed(stream: str, after: int, last: UUID | None, limit: int) -> list[Any]:
            batch = http(stream, after, last, limit)
            if batch:
                tell(f"read up to number {after + len(batch)}")
            return batch

        try:
            receive(made.database, feed, stream)
        except FeedUnavailable as problem:
            raise Trouble(f"{problem}; nothing is lost: {service} goes on with it by itself") from None
        handled = handle_waiting(made.database, made.sealer, made.handle)
        wait_until(lambda: _at_its_end(made.database, stream), f"the last events ({stream})", REPLAY_SECONDS)
        return handled


def _at_its_end(database: Database, stream: str) -> bool:
    with database.begin() as session:
        return operating.replaying(session, stream) is None


def account() -> str:
    """Who gave the command, as far as this machine knows."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


@contextmanager
def noted(service: str, declared: Policy, what: str) -> Iterator[Session]:
    """One act of the operator in a service's database, and its line in the access log."""
    database = fitting.database(service)
    try:
        with database.begin() as session:
            yield session
            act = {"resource": declared.resource, "action": declared.action, "what": f"{what}, by {account()}"}
            audit.write(session, [{**act, "actor_as": Who.OPERATOR.value}])
    finally:
        database.close()


@contextmanager
def _stuck(service: str, event_id: UUID) -> Iterator[None]:
    try:
        yield
    except operating.NotStuck:
        raise Trouble(f"{service} has no stuck event {event_id}: samkontrakt bus parked {service} lists them") from None
    except operating.Hopeless as why:
        raise Trouble(f"trying {event_id} again can do no good: {why}") from None
