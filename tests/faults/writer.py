"""Writes what happens: many small transactions, a few large ones, some rolled back, all through the database's death."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.context import Ctx
from shared.db import Database
from shared.events import Event
from shared.service import Service
from tests.faults.facts import THINGS, Heard, expected
from tests.support.services import make_service

TABLES = """
CREATE TABLE thing (id uuid PRIMARY KEY, kind text NOT NULL, told int NOT NULL DEFAULT 0);
CREATE TABLE act (id uuid PRIMARY KEY)
"""
TAKE = sa.text("SELECT id, kind, told FROM thing WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
COUNT = sa.text("UPDATE thing SET told = told + 1 WHERE id = ANY(:ids)")
SIGN = sa.text("INSERT INTO act (id) VALUES (:id) ON CONFLICT DO NOTHING")
COLD, HOT = 600, 4
"""Things of each kind, and how many of them are told about a hundred times as often."""

Act = Callable[[Service], AbstractContextManager[Ctx]]


class Unfinished(Exception):
    """The writer could not write in time what it was to write."""


class RolledBack(Exception):
    """The act thought better of it."""


class Writer:
    """Counts what was committed and nothing else. ``act`` is how one transaction is made: the product's own, or a bug."""

    def __init__(self, databases: dict[str, Database], seed: int, act: Act = Service.act) -> None:
        self.expected: list[Heard] = []
        self.looked = 0
        self._seed, self._act, self._counting = seed, act, threading.Lock()
        self._services = {name: make_service(name, databases[name], handlers={}, due=[]) for name in THINGS}
        self._things = {name: self._make_things(databases[name], name) for name in THINGS}

    def write(self, producer: str, events: int, seconds: float) -> None:
        """Write until all writers together have told what makes ``events`` at their readers, evenly over ``seconds``."""
        chance = random.Random(f"{self._seed} {threading.get_ident()}")
        start = time.monotonic()
        while len(self.expected) < events:
            passed = time.monotonic() - start
            if passed > seconds + 60:
                raise Unfinished(f"{len(self.expected)} of {events} after {passed:.0f} s")
            if len(self.expected) > events * passed / seconds:
                time.sleep(0.01)
                continue
            size = 150 if chance.random() < 0.01 else chance.randint(1, 12)
            self._commit(self._services[producer], self._pick(chance, producer, size), chance.random() < 0.05)

    def _pick(self, chance: random.Random, producer: str, size: int) -> list[UUID]:
        hot, cold = self._things[producer]
        return list({chance.choice(hot if chance.random() < 0.1 else cold) for _ in range(size)})

    def _commit(self, service: Service, ids: list[UUID], roll_back: bool) -> None:
        """One transaction, again until it is there. When its answer was lost, the database is asked what became of it."""
        told: list[Event] = []
        act_id = uuid4()
        try:
            self._try(service, act_id, ids, told, roll_back)
        except RolledBack:
            return
        except (DBAPIError, PoolTimeoutError):
            if not told or not self._is_there(service.database, act_id):
                return
        with self._counting:
            self.expected += [heard for event in told for heard in expected(event)]

    def _try(self, service: Service, act_id: UUID, ids: list[UUID], told: list[Event], roll_back: bool) -> None:
        with self._act(service) as ctx:
            rows = ctx.session.execute(TAKE, {"ids": ids}).all()
            ctx.session.execute(SIGN, {"id": act_id})
            ctx.session.execute(COUNT, {"ids": ids})
            for thing_id, kind, number in rows:
                told.append(THINGS[service.name][kind](thing_id, number))
                ctx.tell(told[-1])
            if roll_back:
                raise RolledBack

    def _is_there(self, database: Database, act_id: UUID) -> bool:
        """Whether an act was committed: its signature can't be written again. Asks until the database answers."""
        until = time.monotonic() + 60
        self.looked += 1
        while True:
            try:
                with database.engine.connect() as connection:
                    return connection.execute(SIGN, {"id": act_id}).rowcount == 0
            except (DBAPIError, PoolTimeoutError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    @staticmethod
    def _make_things(database: Database, producer: str) -> tuple[list[UUID], list[UUID]]:
        ids = {kind: [uuid4() for _ in range(HOT + COLD)] for kind in THINGS[producer]}
        rows = [{"id": one, "kind": kind} for kind, ones in ids.items() for one in ones]
        with database.begin() as session:
            session.execute(sa.text(TABLES))
            session.execute(sa.text("INSERT INTO thing (id, kind) VALUES (:id, :kind)"), rows)
        hot = [one for ones in ids.values() for one in ones[:HOT]]
        return hot, [one for ones in ids.values() for one in ones[HOT:]]
