"""The relay: numbers what was committed, rings who should read it, chains the access log, and stands in when nobody
answers the bell.

Plain Python, one process per service. Only the leader (an advisory lock in the service's own database) numbers and rings.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from types import FrameType

import psycopg
import sqlalchemy as sa
import structlog

from shared import crash
from shared.audit.chaining import Chainer
from shared.bus import beats, outbox
from shared.bus.bell import Bell
from shared.bus.inbox import is_waiting
from shared.bus.leading import unseat_if_frozen
from shared.bus.numbering import look, number_all
from shared.bus.standing_in import stand_in
from shared.service import Service
from shared.watch.domain import WORK_SECONDS

LEADER_LOCK = 7_310_001
TICK_SECONDS = 1.0
TOGETHER_SECONDS = 0.05
"""What is recorded within this time of the last look is numbered and rung for together."""
RING_AGAIN_SECONDS = 2.0
RING_PAUSE_SECONDS = 0.1
LOOK_SECONDS = 5.0
UNSERVED_SECONDS = 2.0
log = structlog.get_logger()


class Relay:
    """One service's relay. ``tick`` is one round; ``run`` goes round until told to stop."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.bell = Bell(service.name, service.config.broker_url)
        self._chain = Chainer(service.config, service.database)
        self.leader: int | None = None
        self.stopping = False
        self._lock: psycopg.Connection | None = None
        self._rung: dict[str, tuple[int, float]] = {}
        self._soon = False
        self._round = self._looked = self._ticked = 0.0
        self._asked: float | None = None
        self._stand_in: BaseProcess | None = None
        self._stood_in = 0.0

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            try:
                self.tick()
                self._sleep()
            except (psycopg.Error, sa.exc.DBAPIError) as error:
                log.warning("database unavailable", error=type(error).__name__)
                self._step_down()
                time.sleep(TICK_SECONDS)
        if self._stand_in:
            self._stand_in.terminate()
            self._stand_in.join(10)
            self._stand_in.kill()

    def tick(self) -> None:
        """Lead if nobody else does; number, ring, and stand in for a worker that does not answer."""
        self._ticked = time.monotonic()
        leader = self.leader or self._try_to_lead()
        if leader is None:
            return
        seen = look(self.service.database, leader)
        if seen.fresh:
            number_all(self.service.database, leader, seen.fresh)
            seen = look(self.service.database, leader)
        if not seen.leads:  # somebody else does by now; what was done here since was without effect
            self._step_down()
            return
        self._ring(seen.waiting)
        if seen.unchained:
            self._soon = self._chain.add() or self._soon
        if time.monotonic() - self._round > TICK_SECONDS:
            self._round = time.monotonic()
            self._go_round()

    def _try_to_lead(self) -> int | None:
        dsn = self.service.database.url.replace("+psycopg", "")
        self._lock = self._lock or psycopg.connect(dsn, autocommit=True, connect_timeout=3)
        row = self._lock.execute("SELECT pg_try_advisory_lock(%s)", (LEADER_LOCK,)).fetchone()
        if not row or not row[0]:
            unseat_if_frozen(self.service.database, self._lock, LEADER_LOCK)
            return None
        beats.mark(self.service.database, "relay")
        self._lock.execute(f"LISTEN {outbox.CHANNEL}")
        with self.service.database.begin() as session:
            self.leader = outbox.lead(session, self.service.name)
        log.info("leading", leader=self.leader)
        return self.leader

    def _step_down(self) -> None:
        if self._lock:
            self._lock.close()
        self._lock, self.leader = None, None

    def _ring(self, waiting: Mapping[str, int]) -> None:
        """Ring for every stream that its reader has not confirmed, at once when new, again while it stays unconfirmed.

        A reader takes all there is when it hears one bell, so a busy stream needs no more than a few in a second.
        """
        self._soon = False
        for stream, head in waiting.items():
            last_head, last_time = self._rung.get(stream, (0, 0.0))
            pause = RING_PAUSE_SECONDS if head > last_head else RING_AGAIN_SECONDS
            if time.monotonic() - last_time < pause:
                self._soon = self._soon or head > last_head
            else:
                crash.here("bell.due")
                self.bell.events_waiting(stream.split(".")[1], stream, head)
                self._rung[stream] = (head, time.monotonic())

    def _go_round(self) -> None:
        """Once a second, asked in one transaction: what is due, and whether the worker works."""
        with self.service.database.begin() as session:
            beats.note(session, "relay")
            now = self.service.now(session)
            due = is_waiting(session) or any(job.waiting(session, now) for job in self.service.due)
            silent = beats.age(session, "work")
        self._ring_due(due)
        self._chain.sign()
        self._watch(self._served(silent))

    def _ring_due(self, due: bool) -> None:
        if due or time.monotonic() - self._looked > LOOK_SECONDS:
            if self.bell.due_waiting(self.service.name):
                beats.mark(self.service.database, "bell")
            self._looked = time.monotonic()
            self._asked = self._asked or self._looked

    def _watch(self, served: bool) -> None:
        """When the worker does not answer its bell in time, do its work in a child that can be killed."""
        if self._stand_in and not self._stand_in.is_alive():
            self._stand_in = None
            log.info("no longer standing in")
        if not served and self._stand_in is None:
            log.warning("standing in for the worker")
            self._stand_in = multiprocessing.get_context("fork").Process(target=stand_in, args=(self.service,))
            self._stand_in.start()
            self._stood_in = time.monotonic()
        elif served and self._stand_in:
            self._stand_in.terminate()
        elif self._stand_in and beats.idle_for(self.service.database, "stand_in", self._stood_in) > WORK_SECONDS:
            self._stand_in.kill()

    def _served(self, silent: float | None) -> bool:
        """Whether the worker, who has been ``silent`` for so long, has answered the bell we rang, or still has time to."""
        if self.bell.broken:
            return False
        if self._asked is None:
            return True
        waited = time.monotonic() - self._asked
        if silent is None or silent >= waited:
            return waited < UNSERVED_SECONDS and self._stand_in is None
        self._asked = None
        return True

    def _sleep(self) -> None:
        """Until something is recorded, a second at most."""
        if self._lock is None or self.leader is None:
            time.sleep(TICK_SECONDS)
            return
        for _ in self._lock.notifies(timeout=RING_PAUSE_SECONDS if self._soon else TICK_SECONDS, stop_after=1):
            break
        time.sleep(max(self._ticked + TOGETHER_SECONDS - time.monotonic(), 0.0))
        for _ in self._lock.notifies(timeout=0):
            pass

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True
