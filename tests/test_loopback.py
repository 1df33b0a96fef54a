"""No test reaches another machine."""

from __future__ import annotations

import socket

import pytest

from tests.support.loopback import NotLoopback


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_another_machine_is_out_of_reach(host: str) -> None:
    with pytest.raises(NotLoopback):
        socket.create_connection((host, 80), timeout=0.1)


def test_this_machine_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
