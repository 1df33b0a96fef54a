"""Signing in once more before what somebody at another's open screen could do much harm by (``fresh`` in the table of rights)."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from shared.context import Ctx
from shared.i18n import _l
from shared.policy import Policy
from shared.web.api.problem import Problem, asks_api
from shared.web.drafts.actions import keep
from shared.web.drafts.pages import told
from shared.web.ways import (
    SIGN_IN,
    came_from,
    kept_at,
    local_path,
    page_asked_for,
    parts_of,
    sign_in_again_address,
    whole_page,
)

CODE = "sign_in_again"
DETAIL = _l("This is only for somebody who has just signed in. Sign in once more, and ask again.")


def first_sign_in(ctx: Ctx, declared: Policy, keys: tuple[str, ...]) -> AnyResponse | None:
    """None when this may be done now; else the way to sign in, what was typed kept. Raises ``Problem`` for a program."""
    if not declared.fresh or ctx.viewer.vouched:
        return None
    if asks_api():
        raise Problem(403, DETAIL, type="urn:samkontrakt:problem:sign-in-again", code=CODE)
    why = "export" if declared.action == "export" else declared.resource
    if request.method == "POST" and keep(ctx.session, keys, local_path()):
        kept = kept_at(ctx.service)
        return told(ctx.service, whole_page(sign_in_again_address(kept, why, _left(otherwise=kept))))
    return whole_page(sign_in_again_address(page_asked_for(), why, _left()))


def _left(otherwise: str = "") -> str:
    """The page they came from, unless it would only ask them to sign in once more as well."""
    page = came_from()
    if not page or page.startswith(SIGN_IN):
        return otherwise
    try:
        name, _values = current_app.create_url_adapter(request).match(parts_of(page).path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return page
    declared = getattr(current_app.view_functions[name], "policy", None)
    return otherwise if declared and declared.fresh else page
