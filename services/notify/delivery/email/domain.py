"""A message as ready bytes, and what the replies of a mail server mean.

Built by hand instead of by ``EmailMessage``: that alone would cost more than the sending. Nothing that comes from outside
can add a header: an address is a plain one or refused, and a control character refuses the message.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from services.notify.delivery.channel.domain import ACCEPTED, Fate, Mail, Outcome, Trouble

LONGEST_ADDRESS = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*{_LABEL}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LINE_DOT = re.compile(rb"(?m)^\.")

MAILBOX_READY, GO_AHEAD, CLOSING = 250, 354, 421


@dataclass(frozen=True)
class Sender:
    """Who the messages come from: ``Name <address>`` for people, the bare address for servers."""

    shown: str
    address: str

    @property
    def domain(self) -> str:
        """Where our Message-IDs are unique."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Letter:
    """One message as it goes over the line."""

    to: bytes
    content: bytes


def sender_of(mail_from: str) -> Sender:
    """The sender from its setting. Raises ``ValueError`` when that is no address."""
    name, written = parseaddr(mail_from)
    try:
        plain = address(written)
    except Trouble:
        raise ValueError("the sender of messages must be an e-mail address, or: Name <address>") from None
    return Sender(formataddr((name, plain)), plain)


def address(written: str) -> str:
    """The address as servers write it. Raises ``Trouble``, permanent, for what is none."""
    local, _, domain = written.strip().rpartition("@")
    try:
        plain = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        plain = ""
    if len(plain) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(plain):
        raise Trouble("bad_address", permanent=True)
    return plain


def letter(sender: Sender, mail: Mail) -> Letter:
    """The message as ready bytes. Raises ``Trouble``, permanent, for an address or header that can't be written."""
    to = address(mail.to)
    headers = [
        ("From", sender.shown),
        ("To", to),
        ("Subject", _subject(mail.subject)),
        ("Date", format_datetime(mail.at)),
        ("Message-ID", _plain(mail.message_id)),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "quoted-printable"),
        ("Content-Language", _plain(mail.language)),
    ]
    if mail.possible_duplicate:
        headers.append(("X-Possible-Duplicate", "yes"))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    return Letter(to.encode("ascii"), head + b"\r\n" + _body(mail.text))


@lru_cache(256)
def _subject(text: str) -> str:
    """The subject as a header. Cached: at minimal detail everybody gets the same one."""
    _plain(text)
    return (
        text
        if text.isascii() and len(text) < 60
        else Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")
    )


def _plain(value: str) -> str:
    if _CONTROL.search(value):
        raise Trouble("bad_header", permanent=True)
    return value


def _body(text: str) -> bytes:
    lines = "\n".join(text.splitlines()).encode() + b"\n"
    encoded = binascii.b2a_qp(lines, istext=True)
    return _LINE_DOT.sub(b"..", encoded).replace(b"\n", b"\r\n")


def start_refused(mail: int, rcpt: int, data: int) -> Outcome | None:
    """What the replies to MAIL, RCPT and DATA mean, or None when the message may follow.

    Only a refusal of the recipient says something of the recipient; that the server does not like us, or not now, is no
    reason to call somebody unreachable.
    """
    if mail != MAILBOX_READY:
        return Outcome(Fate.LATER, f"mail_{mail}")
    if rcpt // 100 == 5:
        return Outcome(Fate.REFUSED, f"rcpt_{rcpt}")
    if rcpt // 100 != 2:
        return Outcome(Fate.LATER, f"rcpt_{rcpt}")
    return None if data == GO_AHEAD else Outcome(Fate.LATER, f"data_{data}")


def end(code: int | None) -> Outcome:
    """What became of a message after its last dot; ``code`` None when no reply came."""
    if code is None:
        return Outcome(Fate.UNKNOWN, "no_reply")
    if code // 100 == 2:
        return ACCEPTED
    return Outcome(Fate.REFUSED if code // 100 == 5 else Fate.LATER, f"end_{code}")
