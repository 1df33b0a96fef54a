"""Crash points: the numbered steps from an act to the outcome of its message, at each of which a test kills the process.

``SAMKONTRAKT_CRASH_AT`` names one, in demo mode only; the process that reaches it is gone, as if its machine had lost power.
"""

from __future__ import annotations

import os
import signal

POINTS = {
    "act.written": "a change and its events are written, nothing is committed",
    "act.committed": "both are committed, no number is given",
    "numbers.given": "the events have their numbers, nothing is committed",
    "numbers.committed": "the numbers are committed, nobody knows",
    "bell.due": "somebody is to be rung for, nobody has been",
    "feed.read": "the producer has read what was asked for, nothing is answered",
    "feed.answered": "the answer has left the producer",
    "inbox.fetched": "the reader has the answer, nothing is stored",
    "inbox.written": "events and cursor are written, nothing is committed",
    "inbox.committed": "both are committed, nothing is handled",
    "attempt.counted": "the attempt is committed, no handler has run",
    "ledger.written": "inside a handler: its message stands in the ledger, uncommitted",
    "handler.ran": "a handler has run, its event is not marked",
    "handled.written": "every event of the batch is marked, nothing is committed",
    "handled.committed": "the batch is handled, its messages wait in the ledger",
    "claim.written": "messages are claimed, nothing is committed",
    "claim.committed": "the claim is committed, nothing has left",
    "letter.announced": "the mail server is asked to take a message, of which nothing has left",
    "letter.allowed": "the mail server is ready for it, nothing of it has left",
    "letter.sent": "its last dot has left, the answer is not read",
    "outcome.known": "every answer is read, none is written down",
    "outcome.written": "the outcomes and their events are written, nothing is committed",
    "outcome.committed": "the outcomes are committed, nobody has been told",
}
"""Each point in the order of the walk, and what is true there."""

_armed = ""


def arm(point: str) -> None:
    """From now on this process, and those forked from it, die at ``point``; at none when it is empty."""
    global _armed
    _armed = point


def here(point: str) -> None:
    """Die if this is the point that was named. Otherwise nothing: one look at a string that is empty in production."""
    if _armed and point == _armed:
        os.write(2, f"crash point {point}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
