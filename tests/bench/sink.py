"""Where everything arrives: a file to which any number of processes append, so that what is lost, double or early shows.

The standard library alone: the peers write here too, from an environment of their own.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

RECORD = struct.Struct("=16sd")


class Sink:
    """One record for each message taken: its id and when. One write is one append, whoever else writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def take(self, ids: Iterable[UUID]) -> None:
        now = time.time()
        os.write(self._file, b"".join(RECORD.pack(each.bytes, now) for each in ids))

    def take_number(self, number: int) -> None:
        """As a peer counts: its messages are numbered."""
        os.write(self._file, RECORD.pack(number.to_bytes(16, "big"), time.time()))

    def __len__(self) -> int:
        return self.path.stat().st_size // RECORD.size

    def empty(self) -> None:
        os.truncate(self.path, 0)

    def wait_for(self, count: int, seconds: float) -> bool:
        """Until so many have arrived; False when they do not come in time."""
        until = time.monotonic() + seconds
        while len(self) < count:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def judge(self, sent: int, due: float) -> Verdict:
        """What became of ``sent`` messages that were all due at ``due``."""
        found = list(RECORD.iter_unpack(self.path.read_bytes()))
        late = sorted(at - due for _, at in found)
        distinct = len({key for key, _ in found})
        return Verdict(
            sent=sent,
            lost=sent - distinct,
            twice=len(found) - distinct,
            early=sum(seconds < 0 for seconds in late),
            p50=late[len(late) // 2] if late else float("inf"),
            p99=late[len(late) * 99 // 100] if late else float("inf"),
            last=late[-1] if late else float("inf"),
        )


@dataclass(frozen=True)
class Verdict:
    """Counts, and how many seconds after the instant at which all were due they arrived."""

    sent: int
    lost: int
    twice: int
    early: int
    p50: float
    p99: float
    last: float

    @property
    def faultless(self) -> bool:
        return not (self.lost or self.twice or self.early)
