"""Which service answers which address, what no stranger reaches, and honest words when a service is down."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from werkzeug.middleware.http_proxy import ProxyMiddleware

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]

WAIT_SECONDS = 35
FROM_A_STRANGER = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST",
                   "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP")  # fmt: skip
"""Headers a browser has no business to send: the services believe them, so only the gateway may write them."""


class Gateway(ProxyMiddleware):
    """``/<service>/…`` goes to that service's web role, everything else to ``own``.

    ``own`` also serves the static files under ``own_static``, so that a page about a service that is down looks like
    one of ours. ``nobody_there`` answers in place of a service that can't be reached; ``not_there`` in place of what
    isn't for the world: anything under ``/<service>/internal``, and paths that climb.
    """

    def __init__(
        self, own: Wsgi, services: Mapping[str, str], *, own_static: str, nobody_there: Wsgi, not_there: Wsgi
    ) -> None:
        targets = {f"/{service}/": {"target": url, "host": None} for service, url in services.items()}
        super().__init__(own, targets, timeout=WAIT_SECONDS)
        self._own_static = own_static
        self._nobody_there = nobody_there
        self._not_there = not_there

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        environ = _introduced(environ)
        if is_closed(environ["PATH_INFO"]):
            return self._not_there(environ, start_response)
        if environ["PATH_INFO"].startswith(self._own_static + "/"):
            return self.app(environ, start_response)
        return super().__call__(environ, start_response)

    def proxy_to(self, opts: dict[str, Any], path: str, prefix: str) -> Wsgi:
        pass_on = super().proxy_to(opts, _as_text(path), prefix)

        def with_words(environ: Environ, start_response: Any) -> Iterable[bytes]:
            answer = _Answer(start_response)
            body = pass_on(environ, answer)
            return self._nobody_there(environ, start_response) if answer.failed else body

        return with_words


class _Answer:
    """A ``start_response`` that keeps back the bare error of a service that can't be reached."""

    def __init__(self, start_response: Any) -> None:
        self._start_response = start_response
        self.failed = False

    def __call__(self, status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        self.failed = status.startswith("502")
        return None if self.failed else self._start_response(status, headers, *more)


def is_closed(path: str) -> bool:
    """Whether no gateway passes this path on."""
    parts = [part for part in path.split("/") if part]
    climbs = any(part in {".", ".."} or "\\" in part for part in parts)
    return climbs or (len(parts) > 1 and parts[1].lower() == "internal")


def _introduced(environ: Environ) -> Environ:
    """The request with who sent it, as the gateway itself saw it, and in ASCII, as it must travel."""
    told = {name: value for name, value in environ.items() if name not in FROM_A_STRANGER}
    told["HTTP_X_FORWARDED_FOR"] = environ.get("REMOTE_ADDR", "")
    told["HTTP_X_FORWARDED_PROTO"] = environ["wsgi.url_scheme"]
    told["HTTP_X_FORWARDED_HOST"] = environ.get("HTTP_HOST", "")
    told["QUERY_STRING"] = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=string.punctuation)
    return told


def _as_text(path: str) -> str:
    """WSGI hands a path over as latin-1; it is UTF-8 that is quoted again on the way to the service.

    What is passed on leaves a per cent sign as it is, so it is quoted here: else the service would unquote once more,
    and find another path than the one that was looked at.
    """
    return path.encode("latin-1").decode("utf-8", "replace").replace("%", "%25")
