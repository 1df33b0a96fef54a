"""Reads a stream from its producer over HTTP, with a token for this one stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from shared.bus.envelope import MEDIA_TYPE
from shared.bus.inbox import FeedRegressed, FeedUnavailable
from shared.bus.seal import Sealer

TIMEOUT = httpx.Timeout(5, connect=2)
LARGEST_BATCH = 64 * 1024 * 1024


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
        """Raises ``FeedUnavailable`` when there is no good answer, ``FeedRegressed`` on 409."""
        producer = stream.split(".", maxsplit=1)[0]
        headers = {"Authorization": f"Bearer {self._sealer.token(producer, stream)}", "Accept": MEDIA_TYPE}
        params = {"after": str(after), "limit": str(limit)} | ({"last": str(last)} if last else {})
        try:
            answer = self._client.get(self._urls[producer] + feed_path(stream), params=params, headers=headers)
            if answer.status_code == 409:
                raise FeedRegressed(stream)
            answer.raise_for_status()
            batch = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise FeedUnavailable(f"{stream}: {type(error).__name__}") from None
        if not isinstance(batch, list):
            raise FeedUnavailable(f"{stream}: not a list")
        return batch
