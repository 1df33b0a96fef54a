"""What a provider's hosts may answer: an object of JSON within bounds. Where else an answer points is never asked."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from services.contract.signin.oidc.domain import NotVouched
from services.contract.signin.oidc.line.actions import Line
from services.contract.signin.oidc.line.domain import LARGEST_ANSWER
from shared.providers import Provider


class Host(socketserver.ThreadingTCPServer):
    """Answers every request with the same bytes, then closes."""

    allow_reuse_address = True
    daemon_threads = True
    answer: ClassVar[bytes] = b""
    asked: ClassVar[list[bytes]] = []


class Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        Host.asked.append(self.rfile.readline())
        while self.rfile.readline() not in (b"\r\n", b""):
            continue
        try:
            self.wfile.write(Host.answer)
        except OSError:
            return


@pytest.fixture
def issuer() -> Iterator[str]:
    with Host(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Host.asked.clear()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def ask(issuer: str, answer: bytes, url: str = "") -> dict[str, object]:
    Host.answer = answer
    named = frozenset({issuer.removeprefix("http://")})
    provider = Provider("eid", "E-id", issuer, "samkontrakt", "", {"patient": "number"}, "openid", (), named)
    return Line(provider).ask("GET", url or f"{issuer}/keys")


def http(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n".encode() + body


def test_an_object_is_read(issuer: str) -> None:
    assert ask(issuer, http(b'{"keys": []}')) == {"keys": []}


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
@pytest.mark.parametrize("where", ["http://169.254.169.254/latest/meta-data", "/elsewhere", "file:///etc/passwd"])
def test_C_outgoing_a_redirect_is_no_answer_and_not_followed(issuer: str, status: str, where: str) -> None:
    with pytest.raises(NotVouched, match=f"answers {status[:3]}"):
        ask(issuer, http(b"", status, f"Location: {where}\r\n"))
    assert len(Host.asked) == 1


def test_C_outgoing_a_host_that_is_not_named_is_not_asked(issuer: str) -> None:
    for url in (
        "http://169.254.169.254/keys",
        f"{issuer}@169.254.169.254/keys",
        issuer.replace("http", "https") + "/keys",
    ):
        with pytest.raises(NotVouched, match="not its own"):
            ask(issuer, http(b"{}"), url)
    assert Host.asked == []


@pytest.mark.parametrize("body", [b"[]", b"{", b"<html>", b'{"a": NaN}', b'{"a": "' + b"x" * LARGEST_ANSWER + b'"}'])
def test_C_outgoing_what_is_no_object_or_without_an_end_is_no_answer(issuer: str, body: bytes) -> None:
    with pytest.raises(NotVouched):
        ask(issuer, http(body))
