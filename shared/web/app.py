"""The base of each service's web role: every route behind its policy, strict headers, one shape of error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import structlog
from flask import Blueprint, Flask, Response, request
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, TimeoutError
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, RequestEntityTooLarge, ServiceUnavailable

from shared.log import place_of
from shared.service import Service
from shared.web.api import problem
from shared.web.api.again import form_mark
from shared.web.api.door import Door
from shared.web.api.openapi import describe
from shared.web.body import Request
from shared.web.drafts.pages import drafts
from shared.web.dress import STATIC, dress
from shared.web.feed import internal
from shared.web.guard import form_field, guarded
from shared.web.pages import error_page
from shared.web.place import behind_gateway, refuse_other_hosts
from shared.web.rates import Rates
from shared.web.rules import LateRule

LARGEST_FORM = 2 * 1024 * 1024
LISTENED_TO = 64 * 1024 * 1024
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
log = structlog.get_logger()
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(service: Service, blueprints: Sequence[Blueprint]) -> Flask:
    """The Flask app of one service. Raises ``Undeclared`` for a route without a policy."""
    app = Flask(service.name, static_folder=str(STATIC), static_url_path=f"/{service.name}/static")
    app.url_rule_class, app.request_class = LateRule, Request
    app.config.update(DEBUG=False, MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_PARTS=2000)
    app.extensions["samkontrakt"] = service
    app.jinja_env.globals |= {"csrf": form_field, "form_mark": form_mark}
    dress(app)
    doors = [one for one in blueprints if isinstance(one, Door)]
    for blueprint in (internal(service.name), drafts(service.name), *(one for one in blueprints if one not in doors)):
        app.register_blueprint(blueprint)
    if doors:
        describe(app, service.name, doors)
    guard_all(app, service, app.view_functions)
    app.before_request(refuse_other_hosts(service.config))
    if service.config.rate_factor:
        app.before_request(Rates(service.config).check)
    app.after_request(_headers(service))
    for kind in (HTTPException, DBAPIError, TimeoutError, Exception):
        app.register_error_handler(kind, _error)
    app.wsgi_app = behind_gateway(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def guard_all(app: Flask, service: Service, endpoints: Iterable[str]) -> None:
    for endpoint in list(endpoints):
        if endpoint != "static":
            app.view_functions[endpoint] = guarded(service, app.view_functions[endpoint])


def _headers(service: Service):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def add(response: Response) -> Response:
        response.headers.update(HEADERS)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if service.config.secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return response

    return add


def _error(error: Exception) -> Response:
    told = _as_told(error)
    if isinstance(told, RequestEntityTooLarge):
        _hear_out()
    status = getattr(told, "code", None) or getattr(told, "status", None) or 500
    if status >= 500 or told is not error:
        log.error("request failed", path=request.path, status=status, error=type(error).__name__, at=place_of(error))
    if problem.asks_api():
        return problem.answer(told, status)
    wait = getattr(told, "retry_after", None)
    minutes = math.ceil(wait / 60) if isinstance(wait, int) else 0
    page = error_page(status, reason=getattr(told, "text", None), minutes=minutes)
    page.headers.update(problem.passed_on(told))
    return page


def _hear_out() -> None:
    """Take what is still being sent: whoever is cut off never reads that it was too much, only that nobody answered."""
    length = LISTENED_TO if request.content_length is None else request.content_length
    if length > (request.max_content_length or 0):
        rest = min(length, LISTENED_TO)
        while rest > 0 and (part := request.environ["wsgi.input"].read(min(rest, 64 * 1024))):
            rest -= len(part)


def _as_told(error: Exception) -> Exception:
    """What the reader is told: a value that no database can hold was never a good one, anything else of it passes."""
    if isinstance(error, DataError):
        return BadRequest()
    if isinstance(error, IntegrityError) and problem.asks_api():
        return Conflict()
    return ServiceUnavailable() if isinstance(error, DBAPIError | TimeoutError) else error
