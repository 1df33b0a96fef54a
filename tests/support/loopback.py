"""No test talks to the world: a connection to anything but this machine's loopback raises at once."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any


class NotLoopback(RuntimeError):
    """A test tried to reach another machine."""


def guard() -> None:
    """Watch every connection and every look-up of this process until it ends."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        _check(args[1][0])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _check(args[0])


def _check(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", socket.gethostname()}:
        return
    try:
        if ipaddress.ip_address(str(name)).is_loopback:
            return
    except ValueError:
        pass
    raise NotLoopback(f"tests reach this machine only, not {name}")
