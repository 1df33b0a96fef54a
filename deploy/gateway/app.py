"""The gateway's own pages, and the gateway around them and the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask

from deploy.gateway import pages
from deploy.gateway.pages import Demonstration
from deploy.gateway.proxy import Environ, Gateway, Wsgi
from shared.auth import cookie_name
from shared.service import Service
from shared.web.app import HEADERS, create_app
from shared.web.pages import error_page

RETRY_SECONDS = "10"


def create(service: Service, urls: Mapping[str, str], demonstration: Demonstration | None) -> Gateway:
    """The gateway of one machine. ``service`` is contract; ``demonstration`` None leaves its pages out altogether."""
    app = create_app(service, [pages.front, *([pages.demo] if demonstration else [])])
    app.extensions["demonstration"] = demonstration
    return Gateway(
        _as_a_stranger(app.wsgi_app, cookie_name(secure=service.config.secure)),
        urls,
        own_static=str(app.static_url_path),
        nobody_there=_always(app, 503),
        not_there=_always(app, 404),
    )


def _as_a_stranger(own: Wsgi, session_cookie: str) -> Wsgi:
    """The gateway's own pages know nobody, whoever is signed in.

    The clock's form stands on the pages of all services, and each has its own form token; to a stranger's act the
    check that it comes from this site is what applies.
    """

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        cookies = [cookie.strip() for cookie in environ.get("HTTP_COOKIE", "").split(";")]
        kept = "; ".join(cookie for cookie in cookies if not cookie.startswith(f"{session_cookie}="))
        return own(environ | {"HTTP_COOKIE": kept}, start_response)

    return answer


def _always(app: Flask, status: int) -> Wsgi:
    """An answer without asking any service or database."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        with app.request_context(environ):
            response = error_page(status)
        response.headers.update(HEADERS)
        if status == 503:
            response.headers["Retry-After"] = RETRY_SECONDS
        return response(environ, start_response)

    return answer
