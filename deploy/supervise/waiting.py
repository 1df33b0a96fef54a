"""Waiting for something to become true, for so long and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

from deploy.trouble import Trouble


def wait_until(ready: Callable[[], bool], what: str, seconds: float) -> None:
    """Return when ``ready``; ``Trouble`` naming ``what`` after ``seconds``."""
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            raise Trouble(f"{what} is not ready after {seconds:.0f} s: samkontrakt status says more, and its log")
        time.sleep(0.1)
