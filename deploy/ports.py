"""Free loopback ports, kept from run to run."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterable, Mapping

LOWEST, HIGHEST = 20_000, 32_000
"""Below the range the system lends to outgoing connections: a port kept between two runs isn't borrowed meanwhile."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose(names: Iterable[str], kept: Mapping[str, int], *, avoid: int = 0) -> dict[str, int]:
    """One free port per name: the kept one where it is still free, otherwise a new one; never the same twice,
    nor ``avoid``."""
    chosen: dict[str, int] = {}
    for name in names:
        port = kept.get(name, 0)
        while port in {0, avoid, *chosen.values()} or not is_free(port):
            port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)  # two who start at once must not draw alike
        chosen[name] = port
    return chosen
