"""Sending mail over one connection that is kept open: each message costs one round trip, not five."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache

from services.notify.delivery.channel.domain import DOWN, OUT_OF_TIME, Fate, Mail, Outcome, Trouble
from services.notify.delivery.email.domain import (
    CLOSING,
    GO_AHEAD,
    Letter,
    Sender,
    end,
    letter,
    sender_of,
    start_refused,
)
from services.notify.delivery.email.line.actions import Line, connect
from services.notify.delivery.email.line.domain import server_of
from shared import crash

MOST_STALLS = 2
"""So many connections in a row may break before a message is even begun; then it is the server, not the messages."""

DATA, RESET, DOT = b"DATA\r\n", b"RSET\r\n", b".\r\n"


class Mailer:
    """The channel ``email``. Not for threads: each process has its own."""

    window = 250
    keeps_keys = False

    def __init__(self, sender: Sender, connect: Callable[[], Line]) -> None:
        self.sender = sender
        self._connect = connect
        self._line: Line | None = None

    def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
        """One outcome for each. What can't be written as a letter is refused alone; the others go on."""
        outcomes: dict[int, Outcome] = {}
        letters: dict[int, Letter] = {}
        for place, mail in enumerate(mails):
            try:
                letters[place] = letter(self.sender, mail)
            except Trouble as trouble:
                outcomes[place] = trouble.outcome
        sent = self._send(list(letters.values()), time.monotonic() + seconds)
        outcomes.update(zip(letters, sent, strict=True))
        return [outcomes[place] for place in range(len(mails))]

    def _send(self, letters: Sequence[Letter], until: float) -> list[Outcome]:
        """Over as many connections as it takes: servers close them for reasons of their own."""
        outcomes: list[Outcome] = []
        stalls = 0
        while len(outcomes) < len(letters) and stalls < MOST_STALLS:
            if time.monotonic() >= until:
                return _fill(outcomes, len(letters), OUT_OF_TIME)
            line = self._open()
            if line is None:
                break
            was_used = line.used
            done = deliver(line, self.sender, letters[len(outcomes) :], until)
            outcomes += done
            stalls = 0 if done else stalls + 1
            if not done and not was_used and time.monotonic() < until:
                outcomes.append(Outcome(Fate.LATER, "broken_off"))
        return _fill(outcomes, len(letters), DOWN)

    def _open(self) -> Line | None:
        if self._line is None or not self._line.open:
            try:
                self._line = self._connect()
            except Trouble:
                return None
        return self._line


def deliver(line: Line, sender: Sender, letters: Sequence[Letter], until: float) -> list[Outcome]:
    """Send over one connection. Fewer outcomes than letters when it broke: nothing of the others had left.

    The end of each message and the beginning of the next travel together; only the permission to send its content, which
    DATA asks for, is waited for.
    """
    outcomes: list[Outcome] = []
    content: bytes | None = None
    aborted = False
    for following in [*letters, None]:
        if time.monotonic() >= until:
            break
        beginning = _beginning(sender, following, aborted)
        codes = _exchange(line, content, beginning, until)
        if content is not None:
            outcomes.append(end(codes[0] if codes else None))
            codes = codes[1:]
        if following is None:
            return outcomes
        if len(codes) < len(beginning) or CLOSING in codes:
            break
        refused = start_refused(*codes[-3:])
        if refused is not None:
            outcomes.append(refused)
            if codes[-1] == GO_AHEAD:
                break
        content, aborted = (following.content, False) if refused is None else (None, True)
    line.close()
    return outcomes


def _exchange(line: Line, content: bytes | None, beginning: list[bytes], until: float) -> list[int]:
    if content is None:
        return line.exchange(beginning, until, "letter.announced")
    crash.here("letter.allowed")
    return line.exchange([content + DOT, *beginning], until, "letter.sent")


def _beginning(sender: Sender, following: Letter | None, aborted: bool) -> list[bytes]:
    if following is None:
        return []
    sender_line = b"MAIL FROM:<%b>\r\n" % sender.address.encode("ascii")
    start = [sender_line, b"RCPT TO:<%b>\r\n" % following.to, DATA]
    return [RESET, *start] if aborted else start


def _fill(outcomes: list[Outcome], count: int, rest: Outcome) -> list[Outcome]:
    return outcomes + [rest] * (count - len(outcomes))


@lru_cache(4)
def mailer(smtp_url: str, mail_from: str) -> Mailer:
    """This process's mailer, with the connection it keeps."""
    server, sender = server_of(smtp_url), sender_of(mail_from)
    return Mailer(sender, lambda: connect(server, sender.domain))
