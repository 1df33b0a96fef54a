"""The published description of a service's JSON door: OpenAPI 3.1, made from what the views declare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, json
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import Schema

from shared.auth import cookie_name
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.match import marked
from shared.web.api.problem import KINDS, MEDIA_TYPE
from shared.web.api.schemas import ProblemJson

VERSION = "1.0.0"
KEPT_FOR = 300
BASIC = (400, 401, 403, 404, 405, 429, 503)
READ = (*BASIC, 413, 415, 422)
CREATE = (*BASIC, 409, 413, 415, 422)
ACT = (*CREATE, 412, 428)
"""The problems that each kind of operation can answer with."""


def _header(name: str, says: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}, "description": says, **more}


IF_MATCH = _header("If-Match", "The ETag of what was read.", required=True)
VISIBLE = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
KEY = _header("Idempotency-Key", "The same key gives the same answer and acts once, for 48 hours.", schema=VISIBLE)
HEADERS: dict[tuple[int, ...], list[dict[str, Any]]] = {
    READ: [],
    CREATE: [{**KEY, "required": True}],
    ACT: [IF_MATCH, KEY],
}
ETAG = {
    "ETag": {"schema": {"type": "string"}, "description": "The version of this answer, for If-Match and If-None-Match."}
}
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "The address of what was made."}}

ABOUT = """\
Who may do what is the same as on the pages. Sign in there; requests carry the session cookie, and everything but GET
the session's token in X-Form-Token. What is not yours looks like what is not there: 404. Every change names the version
it has seen (If-Match); everything that makes something new carries an Idempotency-Key. Errors are application/problem+json
in Swedish or English (Accept-Language)."""


class Described(Api):  # type: ignore[misc]
    """flask-smorest's registry of operations. Errors are shaped and documents served by our own gate."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Left to ``shared.web.app``, which shapes every error of the service."""

    def _register_responses(self) -> None:
        """Left to ``describe``: one response for each problem there is."""

    def _register_doc_blueprint(self) -> None:
        """Left to ``describe``: our document stands behind a declared policy like everything else."""


def documented(door: Any, kind: tuple[int, ...], status: int, shown: type[Schema], method: str) -> Callable[[Any], Any]:
    """What an operation of this kind takes in its headers and answers with."""

    def declare(view: Any) -> Any:
        headers = {**ETAG, **(LOCATION if status == 201 else {})}
        if status == 204:
            view = door.response(204, description="It is gone.")(view)
        else:
            view = door.response(status, shown, headers=headers, description="How it is now.")(view)
        security: list[dict[str, list[str]]] = [{"session": []} if method == "GET" else {"session": [], "form": []}]
        more = {"parameters": HEADERS[kind], "responses": {problem: f"Problem{problem}" for problem in kind}}
        return door.doc(operationId=f"{door.name}.{view.__name__}", security=security, **more)(view)

    return declare


def describe(app: Flask, service: str, doors: Sequence[ApiBlueprint]) -> None:
    """Register the doors under ``/<service>/api/v1`` and the document beside them."""
    whole = ApiBlueprint("api", __name__, url_prefix=f"/{service}/api/v1")
    for door in doors:
        whole.register_blueprint(door)
    app.register_blueprint(whole)
    app.register_blueprint(_document(service, cache(lambda: _text(app, service, whole, doors))))


def _document(service: str, text: Callable[[], str]) -> Blueprint:
    blueprint = Blueprint("openapi", __name__, url_prefix=f"/{service}/api/v1")

    @blueprint.get("/openapi.json")
    @policy("openapi", "read", Who.ANYONE)
    def openapi(_ctx: Ctx) -> Response:
        response = Response(text(), content_type="application/json")
        response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
        return marked(response)

    return blueprint


def _text(app: Flask, service: str, whole: ApiBlueprint, doors: Sequence[ApiBlueprint]) -> str:
    """Written when somebody first asks: a service starts without it."""
    api = Described(app, spec_kwargs=_spec(service))
    _components(api)
    for status, (_kind, title, _detail) in KINDS.items():
        problem = {"description": str(title), "content": {MEDIA_TYPE: {"schema": ProblemJson}}}
        api.spec.components.response(f"Problem{status}", problem)
    for door in doors:
        api.spec.tag({"name": door.name, "description": door.description})
    whole.register_views_in_doc(api, app, api.spec, name="api", parameters=None)
    return json.dumps(api.spec.to_dict(), indent=1, ensure_ascii=False)


def _spec(service: str) -> dict[str, Any]:
    return {
        "title": f"Samkontrakt: {service}",
        "version": VERSION,
        "openapi_version": "3.1.0",
        "info": {"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
    }


def _components(api: Described) -> None:
    session = {"type": "apiKey", "in": "cookie", "name": cookie_name(secure=True), "description": "The signed session."}
    form = {"type": "apiKey", "in": "header", "name": "X-Form-Token", "description": "The token of the same session."}
    api.spec.components.security_scheme("session", session)
    api.spec.components.security_scheme("form", form)
