"""The SMTP side of the mail catcher: takes every mail, keeps connections open, lets commands be pipelined."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.mail.box import Box

LARGEST_MAIL = 1024 * 1024
IDLE_SECONDS = 600
"""How long a sender may hold a silent connection: longer than any pause between two batches."""


class Catcher:
    """aiosmtpd's handler: what is said yes to here stands in the box."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        number = self._box.put(list(envelope.rcpt_tos), raw)
        return f"250 2.0.0 taken as {number}"


def serve(folder: Path, port: int) -> None:
    """Take mail on loopback until told to stop."""
    asyncio.run(_serve(Catcher(Box(folder)), port))


async def _serve(catcher: Catcher, port: int) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    def session() -> Any:
        return SMTP(
            catcher, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, timeout=IDLE_SECONDS, ident="Samkontrakt demo"
        )

    server = await loop.create_server(session, "127.0.0.1", port)
    async with server:
        await told.wait()
