"""The box: every mail the catcher took, kept in the data folder, newest first."""

from __future__ import annotations

import email
import email.policy
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
  id INTEGER PRIMARY KEY, taken TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL
)
"""
LARGEST_NUMBER = 2**63 - 1
"""The highest that a mail's number can be; no mail has it."""
COLUMNS = "SELECT id, taken, recipients, raw FROM mail"
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True)
class Mail:
    """One mail as it came in. ``recipients`` are the envelope's, whatever the headers say."""

    id: int
    taken: datetime
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def sent(self) -> datetime:
        """When its sender wrote it, which is the demonstration's time; without a date of its own, when it came in."""
        header = self.message.get("Date")
        said = header.datetime if header else None
        return said if said and said.tzinfo else self.taken

    @property
    def text(self) -> str:
        body = self.message.get_body(preferencelist=("plain", "html"))
        return str(body.get_content()) if body else ""

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)


class Box:
    """The mails of one data folder. Opened anew for each act: the catcher writes while the gateway reads."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "mail.db"
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute(SCHEMA)
        self._file.chmod(0o600)

    def put(self, recipients: list[str], raw: bytes) -> int:
        """Store one mail for good; returns its number."""
        with self._open() as db:
            row = (datetime.now(UTC).isoformat(), "\n".join(recipients), raw)
            return int(db.execute("INSERT INTO mail (taken, recipients, raw) VALUES (?, ?, ?)", row).lastrowid or 0)

    def get(self, number: int) -> Mail | None:
        with self._open() as db:
            row = db.execute(f"{COLUMNS} WHERE id = ?", [min(number, LARGEST_NUMBER)]).fetchone()
        return _mail(row) if row else None

    def newest(self, count: int, *, before: int | None = None, to: str | None = None) -> list[Mail]:
        """Up to ``count`` mails, newest first, older than number ``before``, for one recipient or for all."""
        query = f"{COLUMNS} WHERE id < ? AND (? = '' OR instr(lower(recipients), ?)) ORDER BY id DESC LIMIT ?"
        wanted, below = (to or "").lower(), max(0, min(before or LARGEST_NUMBER, LARGEST_NUMBER))
        with self._open() as db:
            return [_mail(row) for row in db.execute(query, [below, wanted, wanted, count])]

    def count(self) -> int:
        with self._open() as db:
            return int(db.execute("SELECT count(*) FROM mail").fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=5)) as db, db:
            db.execute("PRAGMA synchronous=NORMAL")
            yield db


def _mail(row: tuple[int, str, str, bytes]) -> Mail:
    message = email.message_from_bytes(row[3], policy=email.policy.default)
    return Mail(row[0], datetime.fromisoformat(row[1]), tuple(row[2].split("\n")), message)
