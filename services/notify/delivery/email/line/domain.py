"""What the address of a mail server says."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PLAIN_PORT, TLS_PORT = 25, 465


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    tls_first: bool
    user: str | None
    password: str | None

    @property
    def here(self) -> bool:
        """Whether it is on this machine, where no line can be listened to. To any other, mail goes over TLS or not at all."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def server_of(url: str) -> Server:
    """``smtp://`` is made safe by STARTTLS, ``smtps://`` from the first byte; user and password may stand in it."""
    parts = urlsplit(url)
    tls_first = parts.scheme == "smtps"
    return Server(
        host=parts.hostname or "localhost",
        port=parts.port or (TLS_PORT if tls_first else PLAIN_PORT),
        tls_first=tls_first,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
