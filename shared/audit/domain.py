"""The chain over the access log: ``h_n = SHA256(h_n-1 ‖ canonical(entry))``, and the signed head that stands outside the
database.

Whoever changes, removes, adds or moves a row in the database breaks the chain from there on; whoever makes the whole chain
anew does not have the key the head is signed with.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

ENTRY = (
    "id",
    "at",
    "actor_id",
    "actor_as",
    "patient_id",
    "unit_id",
    "resource",
    "action",
    "what",
    "session_id",
    "glass_id",
)
"""The fields of a row in the order in which they are hashed."""
VERSION = 1


def genesis(service: str) -> bytes:
    """What the first row of a service is chained to: no chain can be shown as another service's."""
    return hashlib.sha256(f"samkontrakt access log {service}".encode()).digest()


def canonical(entry: Sequence[Any]) -> bytes:
    """The fields of ``ENTRY`` as one text that no other entry has: a JSON list, instants in UTC to the microsecond."""
    return json.dumps([VERSION, *map(_plain, entry)], separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int) else str(value)


def link(before: bytes, entry: Sequence[Any]) -> bytes:
    """The hash of an entry that follows the hash ``before``."""
    return hashlib.sha256(before + canonical(entry)).digest()


@dataclass(frozen=True)
class Head:
    """How far a service's chain had come at an instant (UTC, ISO 8601), and its hash there in hex."""

    service: str
    seq: int
    hash: str
    at: str


def sign(head: Head, secret: str) -> str:
    """The head as one line of JSON with its signature (HMAC-SHA256)."""
    fields = asdict(head)
    return json.dumps({**fields, "signature": _signature(fields, secret)})


def read_head(line: str, secrets: Iterable[str]) -> Head | None:
    """The head in a line that ``sign`` made with one of the secrets; None for any other text."""
    try:
        fields = json.loads(line)
        signature = fields.pop("signature")
        head = Head(**fields)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None
    known = any(hmac.compare_digest(str(signature).encode(), _signature(fields, one).encode()) for one in secrets)
    return head if known else None


def _signature(fields: dict[str, Any], secret: str) -> str:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


class Broken(StrEnum):
    """What can be wrong with a log and its chain."""

    CHANGED = "changed"
    REMOVED = "removed"
    UNLINKED = "unlinked"
    ADDED = "added"
    LOST = "lost"
    WAITING = "waiting"
    CUT = "cut"
    REWRITTEN = "rewritten"
    UNSIGNED = "unsigned"
    FORGED = "forged"


@dataclass(frozen=True)
class Finding:
    """Where a log is not as it was written: the number in the chain, the row's id and time, as far as they are known."""

    broken: Broken
    seq: int | None = None
    entry_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Link:
    """One row of the chain with the row of the log it stands for; ``entry`` is None when that is not there."""

    seq: int
    entry_id: int
    hash: bytes
    entry: Sequence[Any] | None


class Walk:
    """Goes along a chain from its first link, and stops at the first that does not follow from the one before."""

    def __init__(self, service: str, signed: Head | None = None) -> None:
        self.seq, self.hash = 0, genesis(service)
        self._signed = signed
        self._before: datetime | None = None

    def step(self, at: Link) -> Finding | None:
        """Go to the next link; what is wrong with it, if anything is."""
        if at.seq != self.seq + 1:
            return Finding(Broken.UNLINKED, self.seq + 1, None, self._before)
        if at.entry is None:
            return Finding(Broken.REMOVED, at.seq, at.entry_id, self._before)
        written = at.entry[ENTRY.index("at")]
        self.hash = link(self.hash, at.entry)
        if self.hash != at.hash:
            return Finding(Broken.CHANGED, at.seq, at.entry_id, written)
        if self._signed and self._signed.seq == at.seq and self._signed.hash != at.hash.hex():
            return Finding(Broken.REWRITTEN, at.seq, at.entry_id, written)
        self.seq, self._before = at.seq, written
        return None

    def end(self) -> Finding | None:
        """What is wrong when this was the last link: more was signed than there is."""
        if self._signed and self._signed.seq > self.seq:
            return Finding(Broken.CUT, self.seq + 1, None, self._before)
        return None
