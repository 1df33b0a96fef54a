"""A door before a server that can become a black hole: it swallows everything in both directions, and heals."""

from __future__ import annotations

import contextlib
import socket
import threading


class Proxy:
    """Listens on a loopback port and passes everything on to another, except in a hole.

    A connection that lost something stays deaf when the hole is gone, as behind a firewall that forgot it: half of a
    conversation can't be resumed. New connections work again at once.
    """

    def __init__(self, port: int, behind: int) -> None:
        self._behind = behind
        self._hole = threading.Event()
        self._door = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._listen, daemon=True).start()

    def open_hole(self) -> None:
        self._hole.set()

    def heal(self) -> None:
        self._hole.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._behind), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        deaf = threading.Event()
        back = threading.Thread(target=self._pass, args=(server, client, deaf), daemon=True)
        back.start()
        self._pass(client, server, deaf)
        back.join()
        client.close()
        server.close()

    def _pass(self, source: socket.socket, sink: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while heard := source.recv(65536):
                if self._hole.is_set():
                    deaf.set()
                if not deaf.is_set():
                    sink.sendall(heard)
        if not self._hole.is_set() and not deaf.is_set():
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)
