"""A request to stop waits until what has been sent is written down: a message whose outcome is lost may come twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOPS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back requests to stop until the block ends. Somebody who kills outright is not held back: that is what leases
    are for."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def asked() -> bool:
    """Whether a request to stop is being held back: then begin nothing more."""
    return bool(signal.sigpending() & STOPS)
