"""Doing a worker's rounds in a process that the relay can end."""

from __future__ import annotations

import multiprocessing
import signal
import threading

from shared.bus.work import Work
from shared.service import Service

ROUND_SECONDS = 1.0


def stand_in(service: Service) -> None:
    """The worker's rounds, once a second, until the relay ends it or has ended itself. A round begun is brought to its
    end: what it had in hand would otherwise have been tried once for nothing."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    service.database.engine.dispose(close=False)
    work = Work(service, "stand_in")
    relay = multiprocessing.parent_process()
    while not ending.is_set() and (relay is None or relay.is_alive()):
        work.everything()
        ending.wait(ROUND_SECONDS)
