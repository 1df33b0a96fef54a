"""The address of the next page: a signed mark, good for one person and one search."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from shared.bus.seal import derive
from shared.context import Ctx
from shared.web.api.paging import NOT_OURS
from shared.web.api.problem import Problem

CURSOR = "_cursor"


def mark_in(ctx: Ctx) -> str | None:
    """The id after which to go on. Raises ``Problem`` for a mark of another person or search."""
    if CURSOR not in request.args:
        return None
    try:
        return str(_signer(ctx).loads(request.args[CURSOR]))
    except BadData:
        raise Problem(400, NOT_OURS, errors=[(CURSOR, NOT_OURS)]) from None


def address(ctx: Ctx, after: str | None = None) -> str:
    """This search's address as it was asked, or that of the page after a resource."""
    given = [(name, value) for name, value in request.args.items(multi=True) if after is None or name != CURSOR]
    if after is not None:
        given.append((CURSOR, str(_signer(ctx).dumps(after))))
    return f"{request.base_url}?{urlencode(given)}" if given else request.base_url


def _signer(ctx: Ctx) -> URLSafeSerializer:
    filters = sorted((name, value) for name, value in request.args.items(multi=True) if name not in (CURSOR, "_count"))
    keys = current_app.extensions["samkontrakt"].config.form_keys
    return URLSafeSerializer(
        [derive(key, "fhir cursor") for key in reversed(keys)],
        salt=repr((str(ctx.viewer.person_id), request.path, filters)),
    )
