"""A stand-in for a provider that keeps the keys of what it took, and senders that hand over to it, each a process.

The provider is a double: no such provider is part of the product. Its ledger is a file of its own; what it took is counted
there by recipient, so that a message that came again under another key would show as a second one.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from json import dumps, loads
from pathlib import Path

import httpx

from services.notify.delivery.channel.domain import ACCEPTED, DOWN, Fate, Mail, Outcome
from services.notify.delivery.sending.actions import send_due
from shared.channels import EMAIL
from shared.db import Database
from tests.faults.stage import apart
from tests.support.services import make_service

LEDGER = "CREATE TABLE accepted (key TEXT PRIMARY KEY, recipient TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 1)"
ACCEPT = "INSERT INTO accepted (key, recipient) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET asked = asked + 1"
LEASE = timedelta(seconds=1)


def open_ledger(ledger: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(ledger, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def provide(port: int, ledger: Path) -> None:
    """The provider: takes what it is handed, once for each key, and answers when that is written down."""
    apart()
    kept = open_ledger(ledger)
    kept.execute(LEDGER)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 1

        def do_POST(self) -> None:
            handed = loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.execute("BEGIN")
            kept.executemany(ACCEPT, handed)
            kept.execute("COMMIT")
            answer = dumps({"accepted": len(handed)}).encode()
            self.send_response(202)
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    HTTPServer(("127.0.0.1", port), Door).serve_forever()


class Keyed:
    """The channel to it. What was handed over and not answered may have been taken."""

    window = 100
    keeps_keys = True

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/messages"
        self._client = httpx.Client(trust_env=False)

    def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
        handed = [[str(mail.id), mail.to] for mail in mails]
        try:
            self._client.post(self._url, json=handed, timeout=seconds).raise_for_status()
        except httpx.ConnectError:
            return [DOWN] * len(mails)
        except httpx.HTTPError:
            return [Outcome(Fate.UNKNOWN, "no_reply")] * len(mails)
        return [ACCEPTED] * len(mails)


def send(database_url: str, port: int) -> None:
    """A sender: the product's own loop, until somebody kills it."""
    apart()
    service, channel = make_service("notify", Database(database_url)), Keyed(port)
    while True:
        send_due(service, {EMAIL: channel}, lease=LEASE)
        time.sleep(0.05)
