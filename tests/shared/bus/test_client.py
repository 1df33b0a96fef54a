"""The reader's side of the wire: whatever a producer answers, it is a batch, or it is refused within bounds."""

from __future__ import annotations

import gzip
import socketserver
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from shared.bus import client
from shared.bus.envelope import MEDIA_TYPE
from shared.bus.inbox import FeedRegressed, FeedUnavailable, FeedUnreadable
from shared.bus.seal import Sealer

STREAM = "selfcare.notify"


class Producer(socketserver.ThreadingTCPServer):
    """Answers every request with the same bytes, then closes."""

    allow_reuse_address = True
    daemon_threads = True
    answer: ClassVar[bytes] = b""
    asked: ClassVar[int] = 0


class Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while self.rfile.readline() not in (b"\r\n", b""):
            continue
        Producer.asked += 1
        try:
            self.wfile.write(Producer.answer)
        except OSError:
            return


def http(
    body: bytes, *, status: str = "200 OK", length: int | None = None, kind: str = MEDIA_TYPE, more: str = ""
) -> bytes:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n{more}\r\n"
    return head.encode() + body


@pytest.fixture
def feed() -> Iterator[client.HttpFeed]:
    with Producer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        Producer.asked = 0
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield client.HttpFeed({"selfcare": url}, Sealer("notify", {"selfcare": ("a secret for this test alone",)}))
        server.shutdown()


def ask(feed: client.HttpFeed, answer: bytes) -> list[Any]:
    Producer.answer = answer
    return feed(STREAM, 0, None, 10)


def test_a_batch_is_read(feed: client.HttpFeed) -> None:
    assert ask(feed, http(b'[{"id": "1"}]')) == [{"id": "1"}]


ELSEWHERE = http(b"", status="307 Temporary Redirect", more="Location: http://169.254.169.254/latest/meta-data\r\n")
LOOP = http(b"", status="302 Found", more=f"Location: /selfcare/internal/v1/streams/{STREAM}\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(LOOP, id="a redirect loop"),
        pytest.param(ELSEWHERE, id="a redirect to what only this machine should ask"),
        pytest.param(http(b"[", length=5000), id="half a response"),
        pytest.param(http(b"")[:40], id="half a header"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", id="another protocol"),
        pytest.param(http(b"<html>", kind="text/html"), id="a proxy's page"),
        pytest.param(http(b"[]", kind="application/json"), id="another media type"),
        pytest.param(http(b"[]", status="500 Oops"), id="500"),
        pytest.param(http(b"[]", status="401 No"), id="401"),
        pytest.param(http(b"[]", more="Content-Encoding: gzip\r\n"), id="no gzip"),
    ],
)
def test_P22_what_is_no_answer_of_the_producer_is_asked_for_again(feed: client.HttpFeed, answer: bytes) -> None:
    with pytest.raises(FeedUnavailable) as refused:
        ask(feed, answer)
    assert not isinstance(refused.value, FeedUnreadable)
    assert Producer.asked == 1


@pytest.mark.parametrize("body", [b"{}", b'"x"', b"[NaN]", b"[" * 100_000, b"[1", b"\xff"])
def test_P22_an_answer_that_is_no_batch_is_refused_as_a_whole(feed: client.HttpFeed, body: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        ask(feed, http(body))


def test_P22_an_answer_that_is_too_large_is_stopped_while_it_is_read(
    feed: client.HttpFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST_BATCH", 200_000)
    with pytest.raises(FeedUnreadable, match="larger"):
        ask(feed, http(b"[" + b" " * 1_000_000, length=10**12))


def test_P22_a_compressed_answer_is_measured_as_it_unfolds(
    feed: client.HttpFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST_BATCH", 200_000)
    bomb = gzip.compress(b"[" + b" " * 10_000_000)
    assert len(bomb) < 20_000
    with pytest.raises(FeedUnreadable, match="larger"):
        ask(feed, http(bomb, more="Content-Encoding: gzip\r\n"))


def test_P22_an_answer_that_drips_is_left_after_its_time(
    feed: client.HttpFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LONGEST_SECONDS", -1)
    with pytest.raises(FeedUnavailable, match="slower"):
        ask(feed, http(b"[]"))


def test_409_is_a_restored_producer(feed: client.HttpFeed) -> None:
    with pytest.raises(FeedRegressed):
        ask(feed, http(b"", status="409 Conflict"))
