"""Starts again what hangs: a process that is there but does nothing, which no supervisor sees.

It asks each service's own health page, so what counts as hanging is said in one place (``shared.watch``). It never acts
because a database or Redis is down: that a new process would not mend.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

from deploy.settings import Settings
from deploy.supervise.control import Supervisor
from shared.events import SERVICES

CALM_SECONDS, HANGING_SECONDS = 4.0, 3.0
"""Between two looks, where nothing seems to hang and where something does. Each look asks for three health pages."""
ANSWER_SECONDS = 5.0
PAGES_SECONDS = 18.0
"""So long pages may answer nothing at all. A machine that is only busy answers something in that time."""
SURE_SECONDS = 2.5
"""A role hangs in two looks, or it was only on its way back after its database had been away."""
POLITE_SECONDS = 3.0
"""From the request to stop to the end by force: a sender that only is slow writes down what it has sent."""
AGAIN_SECONDS = 60.0
"""A program is ended once in this time at most, and half as often each time that did not help."""
SELDOM_SECONDS = 960.0
YOUNG_SECONDS = 60
"""A process this young is still beginning: on a machine that is very busy that takes half a minute."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ended:
    """A process that was asked to stop: when, and how long its successors are left alone."""

    pid: int
    at: float
    pause: float


class Watchdog:
    """``look`` now and then. ``hanging`` names the programs that seem to hang; ``pid_of`` gives a running program's
    process, if it is old enough to be judged; ``end`` sends a signal to all of it."""

    def __init__(
        self,
        hanging: Callable[[], set[str]],
        pid_of: Callable[[str], int | None],
        end: Callable[[int, signal.Signals], None],
        say: Say,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hanging, self._pid_of, self._end, self._say = hanging, pid_of, end, say
        self._stopwatch = stopwatch
        self._since: dict[str, float] = {}
        self._ended: dict[str, Ended] = {}

    def look(self) -> float:
        """Ask, and end what has hung for long enough: its supervisor starts it again. Returns when to look again, in
        seconds."""
        hanging, now = self._hanging(), self._stopwatch()
        for name in set(self._ended) - hanging:
            del self._ended[name]
        self._since = {name: self._since.get(name, now) for name in hanging}
        for name, since in self._since.items():
            if now - since >= (SURE_SECONDS if name.endswith(("-relay", "-work")) else PAGES_SECONDS):
                self._see_to(name, now)
        return HANGING_SECONDS if hanging else CALM_SECONDS

    def _see_to(self, name: str, now: float) -> None:
        pid = self._pid_of(name)
        if pid is None:
            return
        last = self._ended.get(name)
        if last is None or (last.pid != pid and now - last.at >= last.pause):
            self._say(f"{name} does nothing: it is started again.")
            self._ended[name] = Ended(pid, now, min(2 * last.pause, SELDOM_SECONDS) if last else AGAIN_SECONDS)
            self._end(pid, signal.SIGTERM)
        elif last.pid == pid and now - last.at >= POLITE_SECONDS:
            self._end(pid, signal.SIGKILL)


def watch_over(settings: Settings, supervisor: Supervisor, say: Say) -> Watchdog:
    """The watchdog of one machine's system."""
    return Watchdog(lambda: set(_hanging(settings)), lambda name: _pid_of(supervisor, name), _end, say)


def _hanging(settings: Settings) -> Iterator[str]:
    for service in SERVICES:
        health = _ask(f"{settings.service_url(service)}/{service}/internal/healthz")
        if health is not None:
            yield from (f"{service}-{role}" for role in health.get("wedged", []))
        elif _database_answers(settings.database_url(service)):
            yield f"{service}-web"
    if _ask(f"{settings.public_url}/contract/static/") is None:
        yield "gateway"


def _ask(url: str) -> dict[str, Any] | None:
    """What is answered, as far as it is JSON; None when nothing is answered at all."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", parts.path)
        said = json.loads(connection.getresponse().read())
    except ValueError:
        return {}
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return said if isinstance(said, dict) else {}


def _database_answers(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _pid_of(supervisor: Supervisor, name: str) -> int | None:
    old = time.time() - YOUNG_SECONDS
    found = (one for one in supervisor.states() if one.name == name and one.state == "RUNNING" and one.since < old)
    return next((one.pid for one in found), None)


def _end(pid: int, number: signal.Signals) -> None:
    """To the whole group: each program leads one of its own, and a child that hangs must not outlive its parent."""
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
