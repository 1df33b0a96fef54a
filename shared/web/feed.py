"""The internal door: what one service reads from another, and how far each of its roles has come."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, json, request

from shared import crash
from shared.bus import envelope, outbox
from shared.bus.tables import beat
from shared.context import Ctx
from shared.policy import Who, policy

MOST = 1000


def internal(service: str) -> Blueprint:
    """The blueprint under ``/<service>/internal``, which no gateway passes on."""
    door = Blueprint("internal", __name__, url_prefix=f"/{service}/internal")

    @door.get("/v1/streams/<stream>")
    @policy("stream", "read", Who.SERVICE)
    def feed(ctx: Ctx, stream: str) -> Response:
        """The events after ``after``. 409 when event ``after`` is not the one the reader calls ``last``."""
        if stream != outbox.stream_name(ctx.service, ctx.viewer.name):
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
    def healthz(ctx: Ctx) -> dict[str, object]:
        """Progress, not liveness: the seconds since each role last did its work."""
        rows = ctx.session.execute(beat.select())
        return {"service": ctx.service, "roles": {row.role: row.at.isoformat() for row in rows}}

    return door
