"""A real mail server that behaves as the address asks it to: ``refused@``, ``later@``, ``drops@``, ``spam@`` …"""

from __future__ import annotations

import socket
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Peer:
    """aiosmtpd's handler; ``mails`` are the raw messages it said yes to, or took and then hung up on."""

    def __init__(self, *, pipelining: bool = True, mails_per_connection: int | None = None) -> None:
        self.pipelining = pipelining
        self.mails_per_connection = mails_per_connection
        self.mails: list[tuple[str, bytes]] = []
        self.connections = 0
        self._taken_here = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        self._taken_here = 0
        return [*responses[:-1], *(["250-PIPELINING"] if self.pipelining else []), responses[-1]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._taken_here == self.mails_per_connection:
            hang_up(server)
            return "421 enough"
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = {"refused": "550 no such user", "later": "451 try again", "full": "452 full"}
        if answer := answers.get(address.partition("@")[0]):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        if to.startswith("spam@"):
            return "554 not wanted"
        if to.startswith("busy@"):
            return "451 not now"
        self.mails.append((to, envelope.original_content or b""))
        self._taken_here += 1
        if to.startswith("drops@"):
            hang_up(server)
        return "250 taken"


def hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


class Server:
    """The peer on a port of this machine."""

    def __init__(self, peer: Peer) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._controller: Any = Controller(peer, hostname="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
