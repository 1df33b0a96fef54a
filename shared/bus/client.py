"""Reads a stream from its producer over HTTP, with a token for this one stream."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from shared.bus import strict
from shared.bus.envelope import MEDIA_TYPE
from shared.bus.inbox import FeedRegressed, FeedUnavailable, FeedUnreadable
from shared.bus.seal import Sealer

TIMEOUT = httpx.Timeout(5, connect=2)
LONGEST_SECONDS = 30
"""A whole answer may take this long: one that drips a byte at a time holds nobody up."""
LARGEST_BATCH = 64 * 1024 * 1024
"""Bytes of an answer that are read, at most: it is stopped there, not held in memory."""


def feed_path(stream: str) -> str:
    producer = stream.split(".", maxsplit=1)[0]
    return f"/{producer}/internal/v1/streams/{stream}"


class HttpFeed:
    """A feed over one kept-alive connection per producer."""

    def __init__(self, urls: Mapping[str, str], sealer: Sealer) -> None:
        self._urls = urls
        self._sealer = sealer
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    def __call__(self, stream: str, after: int, last: UUID | None, limit: int) -> list[Any]:
        """Raises ``FeedUnavailable`` without an answer, ``FeedUnreadable`` on a bad one, ``FeedRegressed`` on 409."""
        producer = stream.split(".", maxsplit=1)[0]
        headers = {
            "Authorization": f"Bearer {self._sealer.token(producer, stream)}",
            "Accept": MEDIA_TYPE,
            "Accept-Encoding": "identity",
        }
        params = {"after": str(after), "limit": str(limit)} | ({"last": str(last)} if last else {})
        try:
            with self._client.stream(
                "GET", self._urls[producer] + feed_path(stream), params=params, headers=headers
            ) as answer:
                _check(stream, answer)
                body = _body(stream, answer)
        except httpx.HTTPError as error:
            raise FeedUnavailable(f"{stream}: {type(error).__name__}") from None
        return _batch(stream, body)


def _check(stream: str, answer: httpx.Response) -> None:
    """Only the producer itself answers with this media type: a page of some proxy is no answer at all."""
    if answer.status_code == 409:
        raise FeedRegressed(stream)
    answer.raise_for_status()
    if answer.headers.get("Content-Type", "").split(";")[0].strip() != MEDIA_TYPE:
        raise FeedUnavailable(f"{stream}: not the feed's media type")


def _body(stream: str, answer: httpx.Response) -> bytes:
    body, until = bytearray(), time.monotonic() + LONGEST_SECONDS
    for part in answer.iter_bytes():
        body += part
        if len(body) > LARGEST_BATCH:
            raise FeedUnreadable(f"{stream}: larger than {LARGEST_BATCH} bytes")
        if time.monotonic() > until:
            raise FeedUnavailable(f"{stream}: slower than {LONGEST_SECONDS} s")
    return bytes(body)


def _batch(stream: str, body: bytes) -> list[Any]:
    try:
        batch = strict.loads(body)
    except strict.NotJson as error:
        raise FeedUnreadable(f"{stream}: not JSON, {error}") from None
    if not isinstance(batch, list):
        raise FeedUnreadable(f"{stream}: not a list")
    return batch
