"""Asks a provider over HTTP, for an object of JSON."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from typing import Any

import httpx

from services.contract.signin.oidc.domain import NotVouched
from services.contract.signin.oidc.line.domain import LARGEST_ANSWER, LONGEST_SECONDS
from shared.bus import strict
from shared.providers import Provider

TIMEOUT = httpx.Timeout(5, connect=3)
JSON = {"Accept": "application/json", "Accept-Encoding": "identity"}


class Line:
    """One provider's hosts over kept-alive connections. The machine's own certificates are trusted, no proxy is."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._client = httpx.Client(
            timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=ssl.create_default_context()
        )

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> dict[str, Any]:
        """The object that it answers. Raises ``NotVouched`` for any other answer, and for none."""
        if not self._provider.may_call(url):
            raise NotVouched("not_now", "names an address that is not its own")
        try:
            with self._client.stream(method, url, headers={**JSON, **(headers or {})}, content=body) as answer:
                if answer.status_code != 200:
                    raise NotVouched("not_now", f"answers {answer.status_code}")
                return _object(_heard(answer))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotVouched("not_now", f"does not answer: {type(error).__name__}") from None


def _heard(answer: httpx.Response) -> bytes:
    until, body = time.monotonic() + LONGEST_SECONDS, b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER or time.monotonic() > until:
            raise NotVouched("not_now", "answers for too long")
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = strict.loads(body)
    except strict.NotJson:
        raise NotVouched("not_now", "answers no JSON") from None
    if not isinstance(told, dict):
        raise NotVouched("not_now", "answers no object")
    return told
