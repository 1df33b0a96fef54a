"""Mail: a server that takes everything as fast as it can, and the two usual ways of handing it over.

``python -m tests.bench.smtp PORT FILE`` is the server; it counts each message by its Message-ID.
"""

from __future__ import annotations

import smtplib
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from deploy import ports
from services.notify.delivery.channel.domain import Mail
from services.notify.delivery.email.domain import Sender, letter
from services.notify.delivery.message import domain as message
from shared.i18n import LANGUAGES
from tests.bench.cpu import Rate
from tests.bench.rig import START_SECONDS, Rig, own, running, until
from tests.bench.sink import Sink

LANGUAGE = next(iter(LANGUAGES))
SENDER = Sender("Bench <bench@bench.example>", "bench@bench.example")
READY = {b"EHLO": b"250-bench\r\n250 PIPELINING\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
END = b"\r\n.\r\n"


def serve(port: int, file: str) -> None:
    sink = Sink(Path(file))
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            line, _ = server.accept()
            threading.Thread(target=_converse, args=(line, sink), daemon=True).start()


def _converse(line: socket.socket, sink: Sink) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(b"220 bench\r\n")
    read, content = b"", False
    while chunk := line.recv(1 << 16):
        read += chunk
        answers: list[bytes] = []
        while True:
            command, found, rest = read.partition(END if content else b"\r\n")
            if not found:
                break
            read = rest
            if content:
                _count(command, sink)
                content = False
                answers.append(b"250 taken\r\n")
            else:
                verb = command[:4].upper()
                content = verb == b"DATA"
                answers.append(READY.get(verb, b"250 ok\r\n"))
        line.sendall(b"".join(answers))


def _count(content: bytes, sink: Sink) -> None:
    _, _, after = content.partition(b"Message-ID: <")
    sink.take([UUID(hex=after.partition(b"@")[0].decode())])


@contextmanager
def server(rig: Rig) -> Iterator[tuple[str, Sink, int]]:
    """The server's address, its file and its process."""
    port, sink = ports.choose(["smtp"], {})["smtp"], rig.sink()
    with running(own("smtp", port, sink.path)) as (process,):
        until(lambda: _listens(port), START_SECONDS, "the mail server does not start")
        yield f"smtp://127.0.0.1:{port}", sink, process.pid


def pipelined(rig: Rig, url: str, stranger: int, mails: int) -> Rate:
    """The limit of one process: ready bytes over one connection, the end of one message with the beginning of the next."""
    ready = [letter(SENDER, _mail()) for _ in range(mails)]
    with _connected(url) as (line, replies):
        watch = rig.watch(strangers=[stranger])
        before = b""
        for each in ready:
            line.sendall(before + b"MAIL FROM:<%b>\r\nRCPT TO:<%b>\r\nDATA\r\n" % (SENDER.address.encode(), each.to))
            for _ in range(4 if before else 3):
                replies.readline()
            before = each.content + b".\r\n"
        line.sendall(before)
        replies.readline()
        return watch.rate(mails)


def usual(rig: Rig, url: str, stranger: int, mails: int) -> Rate:
    """As it is usually written: an ``EmailMessage`` for each, ``send_message`` over one connection."""
    host, _, port = url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        watch = rig.watch(strangers=[stranger])
        for _ in range(mails):
            mail, made = _mail(), EmailMessage()
            made["From"], made["To"], made["Subject"] = SENDER.shown, mail.to, mail.subject
            made["Message-ID"] = mail.message_id
            made.set_content(mail.text)
            smtp.send_message(made)
        return watch.rate(mails)


def _mail() -> Mail:
    number, at = uuid4(), datetime.now(UTC)
    params = {"starts_local": "2027-01-11T08:00:00", "zone": "Europe/Stockholm", "asks": True}
    words = message.render(
        message.TIME, message.newest(message.TIME), params, language=LANGUAGE, link="https://x.example/a", at=at
    )
    return Mail(
        id=number,
        message_id=f"<{number.hex}@bench.example>",
        to=f"p{number.hex}@bench.example",
        subject=words.subject,
        text=words.body,
        language=LANGUAGE,
        at=at,
    )


@contextmanager
def _connected(url: str) -> Iterator[tuple[socket.socket, BinaryIO]]:
    host, _, port = url.removeprefix("smtp://").partition(":")
    with socket.create_connection((host, int(port))) as line, line.makefile("rb") as replies:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies.readline()
        line.sendall(b"EHLO bench\r\n")
        replies.readline()
        replies.readline()
        yield line, replies


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
