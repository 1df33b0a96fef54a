"""gunicorn's worker, with patience for slow clients that costs nobody else a thread.

As gunicorn has it, a client that sends a few bytes of its request and then waits holds a thread for as long as it likes: as
many of those as there are threads, and nobody is served. Here the main loop waits until the head of a request is whole,
and only then a thread takes it; and what a thread still reads then has an end too.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10.0
"""The head of a request must have arrived by then."""
REQUEST_SECONDS = 40.0
"""A request must have been read and answered by then: longer than any gateway waits."""
LARGEST_HEAD = 32 * 1024
"""Bytes of a head, all its fields together."""
END_OF_HEAD = b"\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A ``gthread`` worker whose threads are given whole heads only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_hand: dict[TConn, float] = {}

    def accept(self, listener: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionAbortedError):
            client, address = listener.accept()
            self.nr_conns += 1
            self._wait_for_head(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A kept connection: the next request comes."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for_head(conn)

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        if _head_is_there(conn):
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            conn.data_ready = True
            self.enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        self._in_hand[conn] = time.monotonic() + REQUEST_SECONDS
        try:
            if conn.seen >= LARGEST_HEAD:
                conn.sock.sendall(TOO_LARGE)
                return False
            return super().handle(conn)
        except OSError:
            return False
        finally:
            del self._in_hand[conn]

    def murder_pending(self) -> None:
        super().murder_pending()
        now = time.monotonic()
        for conn, until in list(self._in_hand.items()):
            if now > until:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)

    def _wait_for_head(self, conn: TConn) -> None:
        conn.seen = 0
        conn.timeout = time.monotonic() + HEAD_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _head_is_there(conn: TConn) -> bool:
    """Whether a thread has something to do: a whole head, one that is too large, or an end. Until more has come, the
    connection is not heard of again."""
    try:
        head = conn.sock.recv(LARGEST_HEAD, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    ended, whole = len(head) <= conn.seen, END_OF_HEAD in head
    conn.seen = 0 if whole else len(head)
    there = ended or whole or len(head) >= LARGEST_HEAD
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1 if there else len(head) + 1)
    return there
