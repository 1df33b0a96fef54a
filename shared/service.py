"""What a running service is made of, and how every act in it begins and ends: one transaction, with its context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from shared import clock_row, crash
from shared.bus import outbox
from shared.bus.seal import Sealer
from shared.config import Config
from shared.context import Ctx, Viewer
from shared.db import Database
from shared.events import Event
from shared.policy import Policy, Subject, Who, policy_of
from shared.register import actions as register
from shared.register.store import Directory
from shared.time import Clock

Handle = Callable[[Ctx, Any], None]
ITSELF = Viewer(kind="service", acts_as=frozenset({Who.SERVICE}))


@dataclass(frozen=True)
class Due:
    """Work that becomes due by time: ``waiting`` is one cheap question, ``run`` does it in transactions of its own."""

    name: str
    waiting: Callable[[Session, datetime], bool]
    run: Callable[[Service], int]


@dataclass(frozen=True)
class Service:
    """One service, wired. ``handlers`` and ``due`` answer on one screen what happens when."""

    name: str
    config: Config
    database: Database
    sealer: Sealer
    clock: Clock
    handlers: Mapping[type[Event], Handle]
    due: Sequence[Due]
    directory: Directory = field(default_factory=Directory)

    def now(self, session: Session) -> datetime:
        """The time by which promises are kept: the clock, moved in demo mode by the row that every service reads."""
        return self.clock.now() + (clock_row.shift_of(session) if self.config.demo else timedelta())

    @contextmanager
    def act(self, viewer: Viewer = ITSELF, declared: Policy | None = None) -> Iterator[Ctx]:
        """One act: a transaction with its context, committed when the block ends."""
        with self.database.begin() as session:
            yield self.context(session, viewer, declared)

    def context(self, session: Session, viewer: Viewer = ITSELF, declared: Policy | None = None) -> Ctx:
        return Ctx(
            service=self.name,
            session=session,
            now=self.now(session),
            viewer=viewer,
            directory=self.directory,
            send=lambda event: self._send(session, event),
            policy=declared,
            whos=viewer.acts_as,
            demo=self.config.demo,
            language=viewer.language,
        )

    def handle(self, session: Session, event: Event) -> None:
        """Give one received event to the register and to its handler, in the caller's transaction."""
        if apply := register.APPLY.get(type(event)):
            apply(session, event)
        if handler := self.handlers.get(type(event)):
            ctx = self.context(session, ITSELF, policy_of(handler))
            patient = getattr(event, "patient_id", None)
            ctx.subject = Subject(patient_id=patient, unit_id=getattr(event, "unit_id", None))
            handler(ctx, event)
            if patient:
                ctx.saw([patient])

    def _send(self, session: Session, event: Event) -> None:
        if self.name == "contract" and (apply := register.APPLY.get(type(event))):
            apply(session, event)
        outbox.record(session, self.sealer, [event])


def assemble(config: Config, handlers: Mapping[type[Event], Handle], due: Sequence[Due]) -> Service:
    """Wire one service from its configuration. Raises ``Undeclared`` when a handler or due job has no policy."""
    functions: list[Callable[..., Any]] = [*handlers.values(), *(job.run for job in due)]
    for function in functions:
        policy_of(function)
    crash.arm(config.crash_at)
    return Service(
        name=config.service,
        config=config,
        database=Database(config.database_url),
        sealer=Sealer(config.service, config.pair_secrets),
        clock=Clock(),
        handlers=handlers,
        due=due,
    )
