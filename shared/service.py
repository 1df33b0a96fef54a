"""What a running service is made of, and how every act in it begins and ends: one transaction, with its context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from shared import audit, clock_row, crash
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
from shared.watch.facts import Hindrance

Handle = Callable[[Ctx, Any], None]
ITSELF = Viewer(kind="service", acts_as=frozenset({Who.SERVICE}))


@dataclass(frozen=True)
class Due:
    """Work that becomes due by time: ``run`` does it in transactions of its own.

    ``waiting`` is one cheap question: since when the oldest has been due, None when nothing is. ``hindered`` tells what
    keeps even somebody who tries from doing it, None when nothing does.
    """

    name: str
    waiting: Callable[[Session, datetime], datetime | None]
    run: Callable[[Service], int]
    hindered: Callable[[Session, datetime], Hindrance | None] | None = None


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
            send_all=lambda events: self._send_all(session, events),
            policy=declared,
            whos=viewer.acts_as,
            demo=self.config.demo,
            language=viewer.language,
        )

    def handle(self, session: Session, /, *events: Event) -> None:
        """Give received events to the register and to their handlers, in their order and in the caller's transaction.

        What the handlers tell, and the access log, is written once for all.
        """
        act = self.context(session)
        told: list[Event] = []
        act.send_all = None
        act.log, act.send = [], lambda event: told.append(self._applied(session, event))
        for kind, same in groupby(events, key=type):
            handler = self.handlers.get(kind)
            for batch in [[*same]] if _takes_all(handler) else [[event] for event in same]:
                self._handle(act, handler, batch)
        outbox.record(session, self.sealer, told)
        audit.write(session, act.log)

    @staticmethod
    def _handle(act: Ctx, handler: Handle | None, batch: list[Event]) -> None:
        for event in batch:
            if apply := register.APPLY.get(type(event)):
                apply(act.session, event)
        if handler is None:
            return
        subjects = [Subject(getattr(event, "patient_id", None), getattr(event, "unit_id", None)) for event in batch]
        ctx = replace(act, policy=policy_of(handler), subject=subjects[0], seen=set())
        handler(ctx, batch if _takes_all(handler) else batch[0])
        for subject in subjects:
            ctx.subject = subject
            if subject.patient_id:
                ctx.saw([subject.patient_id])
            ctx.seen = set()

    def _applied(self, session: Session, event: Event) -> Event:
        """The event, known to our own register: contract hears what it tells itself."""
        if self.name == "contract" and (apply := register.APPLY.get(type(event))):
            apply(session, event)
        return event

    def _send(self, session: Session, event: Event) -> None:
        self._applied(session, event)
        outbox.record(session, self.sealer, [event])

    def _send_all(self, session: Session, events: Sequence[Event]) -> None:
        if self.name == "contract":
            register.apply_all(session, events)
        outbox.record(session, self.sealer, events)


def together(handler: Handle) -> Handle:
    """Marks a handler that takes a list: all events of its type that are handled at once, so that it needs one statement."""
    handler.together = True  # type: ignore[attr-defined]
    return handler


def _takes_all(handler: Handle | None) -> bool:
    return getattr(handler, "together", False)


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
