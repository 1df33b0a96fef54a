"""A producer that answers with anything at all, and a reader that must live with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.bus import handling, inbox, tables
from shared.bus.outbox import Stored
from shared.context import Ctx
from shared.events import ReminderCancelled
from shared.policy import Who, policy
from shared.service import Service
from tests.support.services import DirectFeed, make_service

STREAM = "selfcare.notify"
Spoil = Callable[[list[Any]], list[Any]]


class Pair:
    """selfcare telling notify, and what notify handled: (aggregate, number) in the order of handling."""

    def __init__(self, selfcare_db: Any, notify_db: Any) -> None:
        self.seen: list[tuple[UUID, int]] = []

        @policy("test", "handle", Who.SERVICE)
        def note(_ctx: Ctx, event: ReminderCancelled) -> None:
            self.seen.append((event.reminder_id, int(event.reason_key)))

        self.producer = make_service("selfcare", selfcare_db, due=[])
        self.reader = make_service("notify", notify_db, handlers={ReminderCancelled: note}, due=[])
        self.feed = DirectFeed({"selfcare": self.producer})

    def tell(self, *numbers: int, about: UUID | None = None) -> None:
        aggregate = about or uuid4()
        with self.producer.act() as ctx:
            for number in numbers:
                ctx.tell(ReminderCancelled(reminder_id=aggregate, reason_key=str(number)))

    def hear(self, spoil: Spoil = lambda batch: batch) -> None:
        """One poll of the reader, whose feed's answers are spoilt on the way. Nothing may come out of it."""

        def spoilt(stream: str, after: int, last: UUID | None, limit: int) -> list[Any]:
            return spoil(deepcopy(self.feed(stream, after, last, limit)))

        with suppress(inbox.FeedUnavailable):
            inbox.receive(self.reader.database, spoilt, STREAM)
        handling.handle_waiting(self.reader.database, self.reader.sealer, self.reader.handle)

    def wait_a_minute(self) -> None:
        """As if the reader had asked for the missing number for longer than its patience."""
        self.run("UPDATE cursor SET gap_since = gap_since - interval '61 s'")

    def run(self, statement: str, service: Service | None = None, **values: Any) -> None:
        with (service or self.reader).database.begin() as session:
            session.execute(sa.text(statement), values)

    def received(self) -> list[Any]:
        table = tables.inbox
        with self.reader.database.begin() as session:
            return list(session.execute(table.select().order_by(table.c.generation, table.c.seq)))

    def handled(self) -> list[int]:
        return [number for _, number in self.seen]

    def states(self) -> list[str]:
        return [row.state for row in self.received()]


def numbered(event: Stored, seq: int) -> Stored:
    return Stored(seq, event.event_id, event.type, event.aggregate, event.data, event.recorded_at)
