"""A limit in time for what may never end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(Exception):
    """The time was up."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``TookTooLong`` in the block when it takes longer than ``seconds``.

    Only a process's main thread can be interrupted, and only while it runs Python: behind this stand the limits that
    kill a whole worker process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TookTooLong
