"""Opening a connection and speaking over it. ``smtplib`` greets, encrypts and signs in; what follows is pipelined here."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence

from services.notify.delivery.channel.domain import Trouble
from services.notify.delivery.email.line.domain import Server
from shared import crash

OPEN_SECONDS = 5.0
REPLY_SECONDS = 10.0
LONGEST_REPLY = 64 * 1024


class Line:
    """One open connection. ``exchange`` never raises: when the line breaks there are fewer replies than questions."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        self._socket: socket.socket = smtp.sock  # type: ignore[assignment]
        self._pipelining = smtp.has_extn("pipelining")
        self._read = b""
        self.open = True
        self.used = False

    def exchange(self, parts: Sequence[bytes], until: float, point: str = "") -> list[int]:
        """Send the parts and return the codes of their replies, all at once where the server lets us (RFC 2920).

        ``until`` is the monotonic time after which nobody waits any more, however slowly the server drips; ``point`` the
        crash point between sending and hearing.
        """
        rounds = [list(parts)] if self._pipelining else [[part] for part in parts]
        codes: list[int] = []
        for together in rounds:
            try:
                self._socket.settimeout(self._patience(until))
                self._socket.sendall(b"".join(together))
                crash.here(point)
                for _ in together:
                    codes.append(self._reply(until))
            except (OSError, ValueError):
                self.close()
                break
        self.used = True
        return codes

    def close(self) -> None:
        self.open = False
        with contextlib.suppress(OSError):
            self._smtp.close()

    def _reply(self, until: float) -> int:
        """The code of the next reply, of which only the last line counts."""
        while True:
            line = self._line(until)
            if line[3:4] != b"-":
                return int(line[:3])

    def _line(self, until: float) -> bytes:
        while b"\n" not in self._read:
            self._socket.settimeout(self._patience(until))
            chunk = self._socket.recv(LONGEST_REPLY)
            if not chunk or len(self._read) > LONGEST_REPLY:
                raise ConnectionError
            self._read += chunk
        line, _, self._read = self._read.partition(b"\n")
        return line

    @staticmethod
    def _patience(until: float) -> float:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, REPLY_SECONDS)


def connect(server: Server, own_name: str) -> Line:
    """A connection that is greeted, encrypted where it must be, and signed in. Raises ``Trouble`` when there is none."""
    try:
        smtp = _greeted(server, own_name)
    except (OSError, smtplib.SMTPException) as error:
        raise Trouble(type(error).__name__.lower()) from None
    return Line(smtp)


def _greeted(server: Server, own_name: str) -> smtplib.SMTP:
    host, port = server.host, server.port
    if server.tls_first:
        secure = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, own_name, timeout=OPEN_SECONDS, context=secure)
    else:
        smtp = smtplib.SMTP(host, port, own_name, timeout=OPEN_SECONDS)
    try:
        smtp.ehlo()
        if not server.tls_first and not server.here:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if server.user and server.password:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp
