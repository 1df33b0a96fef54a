"""The internal door: what one service reads from another, and how far each of its roles has come."""

from __future__ import annotations

from uuid import UUID

import structlog
from flask import Blueprint, Response, abort, current_app, json, request

from shared import crash
from shared.auth import key_name
from shared.bus import envelope, outbox
from shared.context import Ctx
from shared.policy import Who, policy
from shared.service import Service
from shared.watch.domain import Verdict, judge, told
from shared.watch.facts import Facts
from shared.watch.store import facts

MOST = 1000
log = structlog.get_logger()


def internal(service: str) -> Blueprint:
    """The blueprint under ``/<service>/internal``, which no gateway passes on."""
    door = Blueprint("internal", __name__, url_prefix=f"/{service}/internal")

    @door.get("/v1/streams/<stream>")
    @policy("stream", "read", Who.SERVICE)
    def feed(ctx: Ctx, stream: str) -> Response:
        """The events after ``after``. 409 when event ``after`` is not the one the reader calls ``last``."""
        if stream != outbox.stream_name(ctx.service, ctx.viewer.name):
            log.warning("refused", resource="stream", action="read", method=request.method, kind=ctx.viewer.name)
            abort(404)
        after = request.args.get("after", 0, int)
        limit = max(1, min(request.args.get("limit", MOST, int), MOST))
        try:
            events = outbox.read(ctx.session, stream, after, request.args.get("last", None, UUID), limit)
        except outbox.Regressed:
            abort(409)
        body = json.dumps([envelope.write(ctx.service, event) for event in events])
        crash.here("feed.read")
        answer = Response(body, content_type=envelope.MEDIA_TYPE)
        answer.call_on_close(lambda: crash.here("feed.answered"))
        return answer

    @door.get("/healthz")
    @policy("health", "read", Who.ANYONE)
    def healthz(ctx: Ctx) -> tuple[dict[str, object], int]:
        """Whether the service gets on with its work, why not, and the facts: 503 when something stands still."""
        return _health(ctx, judge(found := _facts(ctx)), found)

    @door.get("/healthz/<any(web,relay,work):role>")
    @policy("health", "read", Who.ANYONE)
    def healthz_of(ctx: Ctx, role: str) -> tuple[dict[str, object], int]:
        """The same of one role, for whoever sends traffic to it or starts it again. Pages only need their database."""
        return _health(ctx, judge(found := _facts(ctx)).of(role), found)

    return door


def _facts(ctx: Ctx) -> Facts:
    service: Service = current_app.extensions["samkontrakt"]
    return facts(ctx.session, ctx.service, service.due, ctx.now)


def _health(ctx: Ctx, verdict: Verdict, found: Facts) -> tuple[dict[str, object], int]:
    """``session_keys`` are the names of the keys whose cookies are taken, the newest first."""
    keys = [key_name(key) for key in current_app.extensions["samkontrakt"].config.session_public_keys]
    return {"service": ctx.service, "session_keys": keys, **told(verdict, found)}, 200 if verdict.ok else 503
