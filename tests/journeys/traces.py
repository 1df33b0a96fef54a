"""What a system leaves behind where nobody's data may be, and the search for marks in it."""

from __future__ import annotations

import base64
import binascii
import copy
import re
import socket
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import redis

from deploy.embedded.valkey import Valkey
from deploy.folder import Folder
from deploy.mail.box import Mail

CODED = (re.compile(rb"[A-Za-z0-9+/]{12,}"), re.compile(rb"[A-Za-z0-9_-]{12,}"))
LAYERS = 3
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ()/-]+(?=\d)")


@dataclass(frozen=True)
class Trace:
    """Something left behind, and where."""

    where: str
    raw: bytes


def leaks(traces: Iterable[Trace], marks: Collection[str]) -> list[str]:
    """Which mark stands where, read in every way."""
    one_of_them = re.compile("|".join(map(re.escape, sorted(marks, key=len, reverse=True))))
    found = {
        (trace.where, mark) for trace in traces for text in readings(trace.raw) for mark in one_of_them.findall(text)
    }
    return sorted(f"{mark} in {where}" for where, mark in found)


def readings(raw: bytes, layers: int = LAYERS) -> Iterator[str]:
    """All that the bytes may say, in small letters: as they stand, with the escapes of addresses and of JSON undone, with
    numbers written in one, and whatever is coded in base64, packed or not, as deep as it goes."""
    text = raw.decode("utf-8", "ignore").lower()
    plain = ESCAPE.sub(lambda code: chr(int(code[1], 16)), unquote_plus(text))
    yield from (text, plain, BETWEEN_DIGITS.sub("", plain))
    inside = b"\n".join(decoded for coded in CODED for piece in coded.findall(raw) for decoded in _decoded(piece))
    if inside and layers:
        yield from readings(inside, layers - 1)


def _decoded(piece: bytes) -> Iterator[bytes]:
    whole = piece[: len(piece) - (len(piece) % 4 == 1)]
    try:
        plain = base64.b64decode(
            whole + b"=" * (-len(whole) % 4), altchars=b"-_" if b"-" in piece or b"_" in piece else None
        )
    except binascii.Error:
        return
    yield plain
    try:
        yield zlib.decompress(plain)
    except zlib.error:
        return


def of_files(folder: Folder) -> list[Trace]:
    """Every file of the data folder but the databases, their programs and the mail box: logs, settings, the broker's own."""
    elsewhere = (folder.postgres, folder.programs, folder.mail)
    files = (path for path in folder.root.rglob("*") if not any(path.is_relative_to(one) for one in elsewhere))
    return [Trace(str(path.relative_to(folder.root)), path.read_bytes()) for path in files if path.is_file()]


def of_broker(url: str) -> list[Trace]:
    """Every key of the broker with its value."""
    with redis.Redis.from_url(url) as client:
        keys = list(client.scan_iter(count=1000))
        return [Trace(f"the broker's {key!r}", key + b"\n" + _value(client, key)) for key in keys]


def _value(client: Any, key: bytes) -> bytes:
    read = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: client.hgetall(key),
        b"stream": lambda: client.xrange(key),
    }
    return _flat(read[client.type(key)]())


def _flat(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        return _flat([part for pair in value.items() for part in pair])
    return b"\n".join(map(_flat, value)) if isinstance(value, list | tuple | set) else str(value).encode()


def of_mails(mails: Iterable[Mail]) -> list[Trace]:
    """Every mail as it was sent and as it reads, but for the address in its ``To``."""
    found = []
    for mail in mails:
        message = copy.deepcopy(mail.message)
        read = [
            mail.subject,
            mail.sender,
            mail.text,
            *(f"{name}: {value}" for name, value in message.items() if name != "To"),
        ]
        del message["To"]
        found.append(Trace(f"mail {mail.id}", "\n".join(read).encode() + b"\n" + message.as_bytes()))
    return found


def of_lines(where: str, lines: Iterable[str]) -> list[Trace]:
    return [Trace(f"{where} {line}", line.encode()) for line in set(lines)]


class Overheard:
    """Every command that is sent to a broker, from ``start`` on until the broker ends or ``traces`` is called."""

    def __init__(self, broker: Valkey) -> None:
        self._line = socket.create_connection(("127.0.0.1", broker.port))
        self._line.sendall(f"AUTH {broker.password}\r\nMONITOR\r\n".encode())
        self._said = bytearray()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def traces(self) -> list[Trace]:
        self._line.shutdown(socket.SHUT_RDWR)
        self._listener.join()
        self._line.close()
        return [Trace("what the broker was told", bytes(self._said))]

    def _listen(self) -> None:
        while part := self._line.recv(65_536):
            self._said += part
