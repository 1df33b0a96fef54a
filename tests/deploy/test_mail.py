"""The mail catcher: what it took stands in the box, over any number of connections and restarts."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from deploy.mail.box import Box
from deploy.mail.catcher import Catcher


def mail(subject: str, text: str = "Hej\nhttps://127.0.0.1/selfcare/a/abc.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "svar@samkontrakt.example", "mira@example.org", subject
    message.set_content(text)
    return message


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    catcher = Controller(Catcher(Box(tmp_path)), hostname="127.0.0.1", port=0)
    with socket.create_server(("127.0.0.1", 0)) as free:
        catcher.port = free.getsockname()[1]
    catcher.start()
    yield catcher.port
    catcher.stop()


def test_a_mail_is_kept_as_sent_with_its_link(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(mail("Påminnelse på tisdag"))
    kept = Box(tmp_path).newest(10)
    assert [(m.subject, m.recipients, m.links) for m in kept] == [
        ("Påminnelse på tisdag", ("mira@example.org",), ["https://127.0.0.1/selfcare/a/abc"])
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mon, 23 Nov 2026 09:00:00 +0000", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:00:00 -0000", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_mail_is_sent_when_it_says_and_without_a_moment_when_it_came(
    tmp_path: Path, written: str | None, said: datetime | None
) -> None:
    message = mail("Påminnelse")
    if written:
        message["Date"] = written
    Box(tmp_path).put(["mira@example.org"], message.as_bytes())
    kept = Box(tmp_path).newest(1)[0]
    assert kept.sent == (said or kept.taken)


def test_one_connection_carries_many_mails_newest_first_and_paged(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(5):
            smtp.send_message(mail(str(number)))
    box = Box(tmp_path)
    first = box.newest(2)
    assert [m.subject for m in first] == ["4", "3"]
    assert [m.subject for m in box.newest(2, before=first[-1].id)] == ["2", "1"]
    assert box.count() == 5


def test_commands_may_be_pipelined(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("pipelining")
        smtp.send("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
        assert [smtp.getreply()[0] for _ in range(3)] == [250, 250, 354]
        smtp.send("Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n")
        assert [smtp.getreply()[0] for _ in range(2)] == [250, 221]
    assert Box(tmp_path).count() == 1


def test_two_senders_at_once_lose_nothing(port: int, tmp_path: Path) -> None:
    def send(name: str) -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            for number in range(20):
                smtp.send_message(mail(f"{name}{number}"))

    senders = [threading.Thread(target=send, args=(name,)) for name in "ab"]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len({m.subject for m in Box(tmp_path).newest(100)}) == 40


def test_only_one_recipients_mails_can_be_asked_for(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.put(["mira@example.org"], b"Subject: hers\r\n\r\n")
    box.put(["erik@example.org"], b"Subject: his\r\n\r\n")
    assert [m.subject for m in box.newest(10, to="Mira@example.org")] == ["hers"]


def test_what_is_no_mail_at_all_is_shown_as_it_is(tmp_path: Path) -> None:
    box = Box(tmp_path)
    odd = box.get(box.put(["x@example.org"], b"\xff\xfe no header"))
    assert odd is not None
    assert odd.subject == ""
