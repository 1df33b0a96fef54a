"""Speaking with the supervisor of a data folder: what runs, start, stop."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deploy.folder import Folder

GONE = (OSError, HTTPException)


@dataclass(frozen=True)
class State:
    """What the supervisor says of one program. ``state`` is its word: RUNNING, STARTING, BACKOFF, STOPPED, FATAL …"""

    name: str
    group: str
    state: str
    pid: int
    since: int
    """Seconds since the epoch; 0 when it never started."""


class Supervisor:
    """The supervisor of one data folder, running or not."""

    def __init__(self, folder: Folder) -> None:
        self._address = f"unix://{folder.socket}"

    @property
    def _speak(self) -> Any:
        """A fresh connection: the transport does not recover from one that failed."""
        transport = SupervisorTransport(None, None, self._address)
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def answers(self) -> bool:
        """Whether it is there; also while it is stopping everything."""
        return self._asked(lambda speak: speak.getState())

    def states(self) -> list[State]:
        """Every program; empty when no supervisor runs or it is stopping."""
        try:
            told = self._speak.getAllProcessInfo()
        except (*GONE, xmlrpc.client.Fault):
            return []
        return [State(one["name"], one["group"], one["statename"], one["pid"], one["start"]) for one in told]

    def start(self, group: str) -> None:
        """Start every program of a group, without waiting for them."""
        self._speak.startProcessGroup(group, False)

    def start_one(self, address: str) -> None:
        """Start one program that was stopped, and wait until it has begun."""
        self._speak.startProcess(address)

    def stop(self, address: str) -> None:
        """Stop one program for good: it is not started again until it is asked for."""
        self._speak.stopProcess(address)

    def signal(self, address: str, name: str) -> None:
        """Send one program a signal: ``"HUP"`` lets pages read their settings anew."""
        self._speak.signalProcess(address, name)

    def shutdown(self) -> bool:
        """Ask it to stop everything in order and end. False when no supervisor runs."""
        return self._asked(lambda speak: speak.shutdown())

    def _asked(self, ask: Callable[[Any], object]) -> bool:
        """False when nobody is there to be asked. One that is stopping answers every question with a fault."""
        try:
            ask(self._speak)
        except GONE:
            return False
        except xmlrpc.client.Fault:
            return True
        return True
